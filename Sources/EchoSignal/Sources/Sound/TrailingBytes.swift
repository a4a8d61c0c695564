/// What lies behind the end of a recording's sound. Tags that players know, and padding by zeros, belong to
/// files as programs write them. Anything else may be sound that nobody reads.
enum TrailingBytes {
    /// Tags on both sides, with zeros between them.
    private static let roundLimit = 16
    private static let blockLength = 1 << 16

    /// What is to be said of bytes from `start` on; nil if there are none but tags, zeros, and a few of a
    /// sloppy writer.
    static func note(
        _ file: ByteFile, from start: Int, behind what: String
    ) throws(SignalError) -> String? {
        let count = try count(file, from: start)
        guard count > ChunkWalk.slack else { return nil }
        return "\(count) bytes are there behind \(what), and were not read"
    }

    /// Bytes from `start` on without the tags and the zeros at either end.
    private static func count(_ file: ByteFile, from start: Int) throws(SignalError) -> Int {
        guard start < file.byteCount else { return 0 }
        let high = try zeroStart(file, start..<tagStart(file, after: start))
        var low = start
        for _ in 0..<roundLimit where low < high {
            let before = low
            low = try zeroEnd(file, low..<high)
            low += try tagLength(file, at: low)
            if low == before { break }
        }
        return max(0, high - low)
    }

    /// Where the tags at the file's end start, zeros behind them included; its end if there are none.
    static func tagStart(_ file: ByteFile, after start: Int) throws(SignalError) -> Int {
        var end = file.byteCount
        for _ in 0..<roundLimit where start < end {
            // A tag may end with zeros of its own.
            var (stop, tags) = (end, try tagStart(file, start..<end))
            if tags == stop {
                stop = try zeroStart(file, start..<end)
                tags = try tagStart(file, start..<stop)
            }
            if tags == stop { break }
            end = tags
        }
        return end
    }

    /// Where the zeros that `range` ends with start.
    static func zeroStart(_ file: ByteFile, _ range: Range<Int>) throws(SignalError) -> Int {
        var end = range.upperBound
        while end > range.lowerBound {
            let start = max(range.lowerBound, end - blockLength)
            let bytes = try file.bytes(upTo: end - start, at: start)
            if let last = bytes.lastIndex(where: { $0 != 0 }) { return start + last + 1 }
            end = start
        }
        return end
    }

    /// Where the zeros that `range` starts with end.
    private static func zeroEnd(_ file: ByteFile, _ range: Range<Int>) throws(SignalError) -> Int {
        var start = range.lowerBound
        while start < range.upperBound {
            let bytes = try file.bytes(
                upTo: min(blockLength, range.upperBound - start), at: start)
            if let first = bytes.firstIndex(where: { $0 != 0 }) { return start + first }
            start += bytes.count
        }
        return range.upperBound
    }

    // MARK: Tags

    /// The length of the tag that starts at `offset`, as its first bytes say; 0 if there is none.
    static func tagLength(_ file: ByteFile, at offset: Int) throws(SignalError) -> Int {
        let bytes = try file.bytes(upTo: 32, at: offset)
        if bytes.starts(with: Array("TAG+".utf8)) { return 227 }
        if bytes.starts(with: Array("TAG".utf8)) { return 128 }
        guard bytes.count >= 10 else { return 0 }
        if bytes.starts(with: Array("ID3".utf8)) {
            return 10 + sevenBits(bytes[6..<10]) + (bytes[5] & 0x10 == 0 ? 0 : 10)
        }
        guard bytes.count == 32, bytes.starts(with: Array("APETAGEX".utf8)) else { return 0 }
        return 32 + bytes.integer(4, at: 12, isBigEndian: false)
    }

    /// Where the tag that `range` ends with starts, as its last bytes say; the range's end if there is none.
    private static func tagStart(_ file: ByteFile, _ range: Range<Int>) throws(SignalError) -> Int {
        let first = max(range.lowerBound, range.upperBound - 128)
        let bytes = try file.bytes(upTo: range.upperBound - first, at: first)
        func has(_ text: String, _ place: Int) -> Bool {
            place <= bytes.count && bytes[(bytes.count - place)...].starts(with: Array(text.utf8))
        }
        var length = 0
        if has("TAG", 128) {
            length = 128
        } else if has("LYRICS200", 9) {
            let digits = String(decoding: bytes.suffix(15).prefix(6), as: UTF8.self)
            length = Int(digits).map { $0 + 15 } ?? 0
        } else if has("3DI", 10) {
            length = 20 + sevenBits(bytes.suffix(4))
        } else if has("APETAGEX", 32) {
            let footer = Array(bytes.suffix(32))
            let hasHeader = footer[23] & 0x80 != 0
            length = footer.integer(4, at: 12, isBigEndian: false) + (hasHeader ? 32 : 0)
        }
        return max(range.lowerBound, range.upperBound - length)
    }

    /// A number of seven bits a byte, as ID3 writes it.
    private static func sevenBits(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 7 | Int($1 & 0x7F) }
    }
}
