import Foundation

/// The bytes of a file, a pipe or a terminal, one after the other.
final class ByteStream {
    /// What the system says where reading fails.
    struct Failure: Error {
        let text: String
    }

    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var count = 0
    private var position = 0

    /// - Parameter path: `-` for standard input.
    init(path: String) throws(Failure) {
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure }
        try skipByteOrderMark()
    }

    deinit { close(descriptor) }

    /// The next byte; nil at the end.
    @inline(__always)
    func next() throws(Failure) -> UInt8? {
        if position == count, try !fill() { return nil }
        defer { position += 1 }
        return buffer[position]
    }

    /// The next byte, which stays the next one.
    @inline(__always)
    func peek() throws(Failure) -> UInt8? {
        if position == count, try !fill() { return nil }
        return buffer[position]
    }

    /// What can be seen of the bytes ahead without reading on: up to 64 KiB.
    func lookAhead() throws(Failure) -> ArraySlice<UInt8> {
        if position == count { _ = try fill() }
        return buffer[position..<count]
    }

    /// Reads up to `end`, which is not part of the result; nil at the end.
    ///
    /// - Throws: ``Failure`` where there are more than `limit` bytes before it.
    func read(to end: UInt8, limit: Int) throws(Failure) -> [UInt8]? {
        var bytes: [UInt8] = []
        guard var byte = try next() else { return nil }
        while byte != end {
            bytes.append(byte)
            guard bytes.count <= limit else {
                throw Failure(text: "it is longer than \(limit) bytes")
            }
            guard let following = try next() else { break }
            byte = following
        }
        return bytes
    }

    private func fill() throws(Failure) -> Bool {
        if ReadingStop.isAsked { throw Failure(text: "the run was stopped") }
        repeat {
            let read = buffer.withUnsafeMutableBytes {
                Foundation.read(descriptor, $0.baseAddress, $0.count)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw Self.failure }
            (count, position) = (read, 0)
            return read > 0
        } while true
    }

    /// Spreadsheets start UTF-8 with one.
    private func skipByteOrderMark() throws(Failure) {
        if try lookAhead().starts(with: [0xEF, 0xBB, 0xBF]) { position += 3 }
    }

    private static var failure: Failure { Failure(text: String(cString: strerror(errno))) }
}
