import Foundation

/// The file that readers are given: one for the whole run, under several names, with new bytes for each
/// input.
struct InputFile {
    private let descriptor: Int32
    private let folder: String

    /// - Parameter names: What it is called: readers go by endings.
    init(names: [String]) {
        var template = Array((NSTemporaryDirectory() + "/echo-fuzz-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else { Self.giveUp("a folder cannot be made") }
        folder = String(cString: made)
        let first = folder + "/" + names[0]
        descriptor = open(first, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { Self.giveUp("\(first) cannot be made") }
        for name in names.dropFirst() {
            guard link(first, path(name)) == 0 else { Self.giveUp("\(name) cannot be made") }
        }
    }

    /// Where it is, by one of its names.
    func path(_ name: String) -> String { folder + "/" + name }

    /// Replaces its bytes.
    func fill(_ bytes: UnsafeRawBufferPointer) {
        guard ftruncate(descriptor, 0) == 0,
            bytes.isEmpty || pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count
        else { Self.giveUp("the input cannot be written") }
    }

    /// Ends the run with the system's reason. A crash or `exit` would be a finding to libFuzzer.
    private static func giveUp(_ what: String) -> Never {
        let text = "echo-fuzz: \(what): \(String(cString: strerror(errno))). TMPDIR needs room.\n"
        FileHandle.standardError.write(Data(text.utf8))
        _exit(74)
    }
}
