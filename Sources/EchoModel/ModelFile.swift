import Glibc

/// A file of a model, open to be read.
///
/// It is read, never mapped: whoever shortens a mapped file ends this process with SIGBUS, and whoever
/// overwrites one changes weights that are in use.
final class ModelFile: Sendable {
    let path: String
    let byteCount: Int
    private let descriptor: Int32
    /// When it was last written, as the system says it.
    private let modified: timespec

    /// Opens a file of at least one byte.
    ///
    /// - Throws: ``ModelError`` if it is not a regular file, is empty or cannot be read.
    init(path: String) throws(ModelError) {
        // Non-blocking, so that a pipe is refused below and does not wait for its writer.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path, errno) }
        self.path = path
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        (byteCount, modified) = (Int(status.st_size), status.st_mtim)
        guard isKnown else { throw .unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ModelError(
                file: path, what: "this is not a regular file", remedy: "Name a file.")
        }
        guard byteCount > 0 else {
            throw ModelError(
                file: path, what: "the file is empty", remedy: "Download or write it again.")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Fills `buffer` with the bytes from `offset`.
    ///
    /// - Throws: ``ModelError`` if they cannot be read, or are no longer there.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(ModelError) {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path, errno) }
            guard count > 0 else { throw changed("it became shorter") }
            filled += count
        }
    }

    /// The bytes of a range.
    ///
    /// - Throws: As ``read(into:at:)`` does.
    func bytes(_ range: Range<Int>) throws(ModelError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        try bytes.withUnsafeMutableBufferPointer { buffer throws(ModelError) in
            try read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
        }
        return bytes
    }

    /// - Throws: ``ModelError`` if somebody wrote to the file since it was opened.
    func requireUnchanged() throws(ModelError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path, errno) }
        let now = status.st_mtim
        guard status.st_size == byteCount, now.tv_sec == modified.tv_sec,
            now.tv_nsec == modified.tv_nsec
        else { throw changed("somebody writes to it") }
    }

    private func changed(_ how: String) -> ModelError {
        ModelError(
            file: path, what: "the file changed while it was read", values: how,
            remedy: "Start again when it is whole. A new file renamed into its place does no harm.")
    }
}

extension ModelError {
    /// A call of the system that failed with `errno`: where the system lacks something, or a disk or
    /// mount does not answer, it is no fault of the file.
    static func unreadable(_ path: String, _ code: Int32) -> ModelError {
        let passing = [ENOMEM, EMFILE, ENFILE, EIO, ESTALE, ETIMEDOUT, EAGAIN]
        return ModelError(
            file: path, what: "the file cannot be read", values: String(cString: strerror(code)),
            remedy: code == EMFILE
                ? "Raise the limit of open files (ulimit -n)."
                : "Check the path and its permissions.",
            isOfSystem: passing.contains(code))
    }
}
