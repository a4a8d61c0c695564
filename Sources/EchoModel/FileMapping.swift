import Foundation

/// A file's bytes mapped read-only into memory, for as long as the object lives.
///
/// A file that another process shortens while it is mapped ends this process with SIGBUS; writers
/// that rename a new file into place, as ``SafetensorsFile/write(_:to:)`` does, are safe.
final class FileMapping: Sendable {
    let path: String
    // Unsafe, and sound: mapped read-only and private, so nobody writes through it, and unmapped
    // only in deinit. Whoever keeps a pointer into it keeps this object as well.
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    /// Maps a file of at least one byte.
    ///
    /// - Throws: ``ModelError`` where it is not a regular file, is empty or cannot be read.
    init(path: String) throws(ModelError) {
        // Non-blocking, so that a pipe is refused below and does not wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ModelError(
                file: path, what: "this is not a regular file", remedy: "Name a file.")
        }
        guard let count = Int(exactly: status.st_size), count > 0 else {
            throw ModelError(
                file: path, what: "the file is empty", remedy: "Download or write it again.")
        }
        let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let start, start != MAP_FAILED else { throw Self.unreadable(path, errno) }
        self.path = path
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    private static func unreadable(_ path: String, _ code: Int32) -> ModelError {
        ModelError(
            file: path, what: "the file cannot be read", values: String(cString: strerror(code)),
            remedy: "Check the path and its permissions.")
    }
}
