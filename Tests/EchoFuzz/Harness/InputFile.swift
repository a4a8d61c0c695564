import Foundation

/// The file that readers are given: one for the whole run, under several names, with new bytes for each
/// input.
struct InputFile {
    private let descriptor: Int32
    private let folder: String

    /// - Parameter names: What it is called: readers go by endings.
    init(names: [String]) {
        var template = Array((NSTemporaryDirectory() + "/echo-fuzz-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else { fatalError("mkdtemp: errno \(errno)") }
        folder = String(cString: made)
        let first = folder + "/" + names[0]
        descriptor = open(first, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { fatalError("\(first): errno \(errno)") }
        for name in names.dropFirst() {
            guard link(first, folder + "/" + name) == 0 else { fatalError("link: errno \(errno)") }
        }
    }

    /// Where it is, by one of its names.
    func path(_ name: String) -> String { folder + "/" + name }

    /// Replaces its bytes.
    func fill(_ bytes: UnsafeRawBufferPointer) {
        guard ftruncate(descriptor, 0) == 0,
            bytes.isEmpty || pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count
        else { fatalError("the input cannot be written: errno \(errno)") }
    }
}
