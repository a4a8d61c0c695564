import EchoInvariant
import Glibc

/// A file of bytes, of which pieces are read at any place; its size is that of when it was opened.
///
/// It may be a part of another, which then is what is read.
///
/// Nothing is mapped: a file that shrinks while it is read is an error, never a signal. What the system
/// answers if it cannot be opened or read stays the reason.
final class ByteFile: Sendable {
    let byteCount: Int
    private let content: SignalContent
    let descriptor: Int32
    /// The file that it is a part of, whose descriptor it shares, and where in it it starts.
    private let whole: ByteFile?
    private let start: Int

    /// - Throws: ``SignalError`` if it cannot be opened, is not a regular file, or holds no bytes.
    init(_ content: SignalContent) throws(SignalError) {
        if let part = content.part {
            guard !part.range.isEmpty else { throw content.error(.noBytes) }
            (self.content, descriptor, whole) = (content, part.file.descriptor, part.file)
            (start, byteCount) = (part.range.lowerBound, part.range.count)
            return
        }
        // Not waiting: opening a pipe would, for ever.
        let descriptor = open(content.location, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw Self.error(content, errno)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw Self.error(content, number)
        }
        if let cause = Self.otherKind(status.st_mode) {
            close(descriptor)
            throw content.error(cause)
        }
        guard status.st_size > 0 else {
            close(descriptor)
            throw content.error(.noBytes)
        }
        self.content = content
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
        (whole, start) = (nil, 0)
    }

    deinit {
        if whole == nil { close(descriptor) }
    }

    /// What a path leads to where it is no regular file.
    private static func otherKind(_ mode: mode_t) -> SignalError.Cause? {
        switch mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: .folder
        case S_IFIFO: .kind("a pipe")
        case S_IFSOCK: .kind("a socket")
        default: .kind("a device")
        }
    }

    /// The reason why a file cannot be opened or read. A socket and a device without a driver answer
    /// with a number alone.
    private static func error(_ content: SignalContent, _ number: Int32) -> SignalError {
        var status = stat()
        if number == ENXIO || number == ENODEV, stat(content.location, &status) == 0,
            let cause = otherKind(status.st_mode)
        {
            return content.error(cause)
        }
        return SignalError(path: content.path, system: number)
    }

    /// Reads up to `buffer.count` bytes from `offset`; fewer only at the end.
    ///
    /// - Throws: ``SignalError`` if they cannot be read, or a part's are no longer there.
    func read(
        _ buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(SignalError) -> Int {
        try ReadingStop.check(content.path)
        // Behind a part there are bytes of others.
        let wanted = whole == nil ? buffer.count : min(buffer.count, max(0, byteCount - offset))
        var filled = 0
        while filled < wanted {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<wanted])
            let count = pread(
                descriptor, rest.baseAddress, rest.count, off_t(start + offset + filled))
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw SignalError(path: content.path, system: errno) }
            if count == 0 { break }
            filled += count
        }
        // A part has all its bytes, or the file that it is a part of was cut since.
        if whole != nil, filled < wanted { throw content.error(.changed("it became shorter")) }
        return filled
    }

    /// The bytes of `range`.
    ///
    /// - Precondition: the range lies in the file as it was opened, so it bounds what is allocated.
    /// - Throws: ``SignalError`` if they are no longer there.
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

    /// Up to `count` bytes from `offset`: fewer, or none, at the end.
    func bytes(upTo count: Int, at offset: Int) throws(SignalError) -> [UInt8] {
        guard offset >= 0, offset < byteCount else { return [] }
        return try bytes(offset..<offset + min(count, byteCount - offset))
    }
}
