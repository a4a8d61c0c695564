import Foundation

/// A member of an archive, copied into a temporary file that no folder lists: it is gone when the last
/// user lets it go, however the process ends.
///
/// In the system's temporary folder, which `$TMPDIR` names. A copy as large as most recordings never leaves the page cache.
package final class MemberCopy: Sendable {
    /// What readers open, each with a position of its own.
    let location: String
    private let descriptor: Int32

    /// - Throws: The system's text where there is no room for it.
    init() throws(ArchiveFailure) {
        let folder = FileManager.default.temporaryDirectory
        let template = folder.appendingPathComponent("echo-gpu-member-XXXXXX").path
        var path = Array(template.utf8CString)
        descriptor = mkstemp(&path)
        guard descriptor >= 0 else {
            throw ArchiveFailure("cannot make \(template): \(String(cString: strerror(errno)))")
        }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        location = "/proc/self/fd/\(descriptor)"
    }

    deinit { close(descriptor) }

    /// Appends bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveFailure) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw ArchiveFailure(
                    "its temporary copy cannot be written: \(String(cString: strerror(errno)))")
            }
            written += count
        }
    }
}

/// Why an archive, or a member of it, cannot be read.
struct ArchiveFailure: Error, Hashable {
    let text: String

    init(_ text: String) { self.text = text }
}
