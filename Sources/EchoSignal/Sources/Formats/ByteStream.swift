import Glibc

/// The bytes of a file, a pipe or a terminal, one after the other; of UTF-16 those of its UTF-8.
final class ByteStream {
    /// What the system says where reading fails.
    struct Failure: Error {
        let text: String
    }

    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var count = 0
    private var position = 0
    /// Where the text is UTF-16.
    private var wide: UTF16Decoder?

    /// What a line ends with.
    enum LineEnd {
        case lineFeed, carriageReturn, both
        /// The end of the bytes, without a line end.
        case endOfText

        var text: String {
            switch self {
            case .lineFeed: "\n"
            case .carriageReturn: "\r"
            case .both: "\r\n"
            case .endOfText: ""
            }
        }
    }

    /// - Parameter path: `-` for standard input.
    init(path: String) throws(Failure) {
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure }
        try skipByteOrderMark()
    }

    /// Bytes in memory.
    init(_ bytes: [UInt8]) {
        descriptor = -1
        buffer = bytes
        count = bytes.count
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

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
    /// - Throws: ``Failure`` if there are more than `limit` bytes before it.
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

    /// Appends the bytes up to the next line end, of whichever kind; nil if there are none left.
    ///
    /// - Throws: ``Failure`` if the line has more than `limit` bytes.
    func appendLine(to line: inout [UInt8], limit: Int) throws(Failure) -> LineEnd? {
        var isEmpty = true
        let limit = line.count + limit
        while true {
            if position == count, try !fill() { return isEmpty ? nil : .endOfText }
            isEmpty = false
            let end = endOfLine()
            line.append(contentsOf: buffer[position..<end])
            position = end
            guard line.count <= limit else {
                throw Failure(text: "it is longer than \(limit) bytes")
            }
            guard position < count else { continue }
            position += 1
            if buffer[position - 1] == 0x0A { return .lineFeed }
            guard try peek() == 0x0A else { return .carriageReturn }
            position += 1
            return .both
        }
    }

    /// Where the line ends in the buffer; the buffer's end if it does not.
    private func endOfLine() -> Int {
        buffer.withUnsafeBufferPointer { bytes in
            var end = position
            while end < count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
            return end
        }
    }

    /// Takes text that has no mark for UTF-16 where it looks like it.
    func detectUTF16() throws(Failure) {
        if wide == nil, let found = UTF16Decoder.detect(try lookAhead()) { begin(found) }
    }

    /// Decodes what is in the buffer, and from now on what comes into it.
    private func begin(_ decoder: UTF16Decoder) {
        var decoder = decoder
        buffer = decoder.decode(buffer[position..<count])
        (count, position, wide) = (buffer.count, 0, decoder)
    }

    private func fill() throws(Failure) -> Bool {
        guard descriptor >= 0 else { return false }
        guard wide != nil else { return try readOn() }
        repeat {
            buffer = [UInt8](repeating: 0, count: 1 << 16)
            guard try readOn() else { return false }
            buffer = wide?.decode(buffer[..<count]) ?? []
            count = buffer.count
        } while count == 0
        return true
    }

    /// Fills the buffer with what comes next; false at the end.
    private func readOn() throws(Failure) -> Bool {
        if ReadingStop.isAsked { throw Failure(text: "the run was stopped") }
        repeat {
            let read = buffer.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw Self.failure }
            (count, position) = (read, 0)
            return read > 0
        } while true
    }

    /// Spreadsheets start UTF-8 with one, and UTF-16 says by it which byte comes first.
    private func skipByteOrderMark() throws(Failure) {
        let start = try lookAhead()
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { position += 3 }
        let isBigEndian = start.starts(with: [0xFE, 0xFF])
        if isBigEndian || start.starts(with: [0xFF, 0xFE]) {
            position += 2
            begin(UTF16Decoder(isBigEndian: isBigEndian))
        }
    }

    private static var failure: Failure { Failure(text: String(cString: strerror(errno))) }
}
