import EchoInvariant
import Foundation

/// A file of bytes, of which pieces are read at any place; its size is that of when it was opened.
///
/// Nothing is mapped: a file that shrinks while it is read is an error, never a signal.
final class ByteFile {
    let byteCount: Int
    private let content: SignalContent
    private let descriptor: Int32

    /// - Throws: ``SignalError`` where it cannot be opened or is not a regular file.
    init(_ content: SignalContent) throws(SignalError) {
        // Not waiting: opening a pipe would, for ever.
        let descriptor = open(content.location, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw content.error(.missing(String(cString: strerror(errno))))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw content.error(.notAFile)
        }
        self.content = content
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads up to `buffer.count` bytes from `offset`; fewer only at the end.
    func read(
        _ buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(SignalError) -> Int {
        try ReadingStop.check(content.path)
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
            if count < 0, errno == EINTR { continue }
            if count < 0 {
                throw content.error(
                    .malformed(format: "a file", String(cString: strerror(errno))))
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// The bytes of `range`.
    ///
    /// - Precondition: the range lies in the file as it was opened, so it bounds what is allocated.
    /// - Throws: ``SignalError`` where they are no longer there.
    func bytes(_ range: Range<Int>) throws(SignalError) -> [UInt8] {
        invariant(
            range.lowerBound >= 0 && range.upperBound <= byteCount, "\(range) of \(byteCount) bytes"
        )
        var bytes = [UInt8](repeating: 0, count: range.count)
        let count = try bytes.withUnsafeMutableBufferPointer { buffer throws(SignalError) in
            try read(UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
        }
        guard count == range.count else {
            throw content.error(.changed("it became shorter"))
        }
        return bytes
    }
}
