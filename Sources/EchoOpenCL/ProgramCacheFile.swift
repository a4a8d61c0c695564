import Glibc

/// Reads and writes the files of the program cache: this user's own, that nobody else can write.
enum ProgramCacheFile {
    /// Why a file is not taken, or cannot be written.
    struct Problem: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }

        /// As the system says it.
        init(_ code: Int32) { description = String(cString: strerror(code)) }
    }

    /// Longest file that is read.
    private static let limit = 128 << 20

    /// A file's contents; nil if there is none.
    ///
    /// - Throws: ``Problem`` if it is not this user's alone, or cannot be read.
    static func read(_ path: String) throws(Problem) -> [UInt8]? {
        // Neither a link nor a pipe: whoever made it might be somebody else.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw Problem(errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Problem(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Problem("it is not a file") }
        guard status.st_uid == geteuid() else { throw Problem("it belongs to another user") }
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw Problem("others can write to it")
        }
        guard status.st_size <= limit else { throw Problem("it has \(status.st_size) bytes") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(
                    descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Problem(count < 0 ? errno : EIO) }
            filled += count
        }
        return bytes
    }

    /// Writes a file beside its place and renames it into it.
    ///
    /// - Throws: ``Problem`` if that is not possible.
    static func write(_ bytes: [UInt8], to path: String) throws(Problem) {
        var temporary = Array("\(path).XXXXXX".utf8CString)
        // For this user alone, whatever the umask.
        let descriptor = mkstemp(&temporary)
        guard descriptor >= 0 else { throw Problem(errno) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(
                    descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            written += count
        }
        let code = errno
        close(descriptor)
        guard written == bytes.count, rename(temporary, path) == 0 else {
            let reason = written == bytes.count ? errno : code
            unlink(temporary)
            throw Problem(reason)
        }
    }
}
