import FoundationEssentials
import Glibc

/// The file that a download grows in.
final class PartialFile {
    /// Bytes in it.
    private(set) var count: Int
    /// Bytes that were appended to it here, those since cut off included.
    private(set) var writtenCount = 0
    private let path: String
    private var descriptor: Int32

    /// Opens the file, making it if it is missing; a symbolic link is not followed.
    ///
    /// - Throws: ``HubError`` if that is not possible.
    init(path: String) throws(HubError) {
        let opened = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o666)
        var status = stat()
        guard opened >= 0, fstat(opened, &status) == 0 else {
            throw .system(.create, path, "the file cannot be made", errno)
        }
        self.path = path
        descriptor = opened
        count = Int(status.st_size)
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Throws everything away.
    func truncate() throws(HubError) {
        guard ftruncate(descriptor, 0) == 0 else {
            throw .system(.write, path, "the file cannot be shortened", errno)
        }
        count = 0
    }

    func append(_ data: Data) throws(HubError) {
        var rest = data[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { bytes in
                write(descriptor, bytes.baseAddress, bytes.count)
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw .system(.write, path, "the file cannot be written", errno)
            }
            count += written
            writtenCount += written
            rest = rest.dropFirst(written)
        }
    }

    /// - Throws: ``HubError`` if the file system has less space than `byteCount`.
    func requireSpace(for byteCount: Int) throws(HubError) {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { return }
        let (free, isHuge) = Int(status.f_bavail)
            .multipliedReportingOverflow(by: Int(status.f_frsize))
        if !isHuge, free < byteCount {
            throw .system(
                .write, path, "\(byteCount) bytes are to come and \(free) are free", ENOSPC)
        }
    }
}
