import FoundationEssentials
import Glibc

/// Bytes of a recording that lie in no file of their own, such as a member of an archive, copied into a
/// temporary file that no folder lists: it is gone when the last user lets it go, however the process
/// ends.
///
/// In the folder that `$TMPDIR` names, else `/tmp`. A copy as large as most recordings never leaves the
/// page cache.
package final class MemberCopy: Sendable {
    /// What readers open, each with a position of its own.
    let location: String
    private let descriptor: Int32
    private let folder: String

    /// - Throws: ``ArchiveFailure`` of ours if there is no room for it.
    init() throws(ArchiveFailure) {
        let chosen = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
        folder = chosen.isEmpty ? "/tmp" : chosen
        let template = folder + "/echo-gpu-member-XXXXXX"
        var path = Array(template.utf8CString)
        descriptor = mkstemp(&path)
        guard descriptor >= 0 else {
            throw ArchiveFailure(OwnFailure(temporary: .create, template, errno))
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
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw ArchiveFailure(
                    OwnFailure(
                        temporary: .write, folder + "/echo-gpu-member", count < 0 ? errno : ENOSPC))
            }
            written += count
        }
    }
}
