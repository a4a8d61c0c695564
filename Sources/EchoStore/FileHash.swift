import EchoFormats
import Glibc

/// The SHA-256 of files, in hexadecimal digits as `sha256sum` prints it.
package enum FileHash {
    /// Bytes that are read at a time.
    private static let pieceByteCount = 1 << 20

    /// The hash of a file.
    ///
    /// - Throws: ``StoreError`` if it cannot be read or is a symbolic link.
    package static func sha256(path: String) throws(StoreError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw StoreError(path: path, .system(.open, errno)) }
        defer { close(descriptor) }
        return try sha256(descriptor, path: path)
    }

    /// The hash of an open file, from its first byte on; errors name `path`.
    static func sha256(_ descriptor: Int32, path: String) throws(StoreError) -> String {
        let piece = UnsafeMutableRawBufferPointer.allocate(
            byteCount: pieceByteCount, alignment: 64)
        defer { piece.deallocate() }
        var hash = SHA256()
        var offset = 0
        while true {
            let count = pread(descriptor, piece.baseAddress, piece.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StoreError(path: path, .system(.read, errno)) }
            if count == 0 { return hash.finalize().hexadecimalDigits }
            hash.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            offset += count
        }
    }
}
