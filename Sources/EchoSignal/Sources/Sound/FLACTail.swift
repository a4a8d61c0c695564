/// What programs put behind the last frame of a FLAC file: tags and zeros, at which libFLAC stops with an
/// error as if the sound were damaged.
enum FLACTail {
    private static let streamInfoEnd = 42
    /// Bytes of a frame if the largest is not said.
    private static let frameLimit = 1 << 20
    private static let checksumLength = 2

    /// Where the last frame and its checksum end at the latest; nil if nothing but frames is there, or
    /// bytes of another kind.
    ///
    /// A frame does not say its length. Its checksum tells that it is whole; behind one, zeros change nothing.
    static func end(_ file: ByteFile) throws(SignalError) -> Int? {
        let start = try file.bytes(upTo: streamInfoEnd, at: 0)
        guard start.count == streamInfoEnd else { return nil }
        let tags = try TrailingBytes.tagStart(file, after: streamInfoEnd)
        let zeros = try TrailingBytes.zeroStart(file, streamInfoEnd..<tags)
        guard zeros < file.byteCount else { return nil }
        let largest = start.integer(3, at: 15, isBigEndian: true)
        let length = largest > 0 ? min(largest, frameLimit) : frameLimit
        // Zeros may be the checksum's own.
        let end = min(tags, zeros + checksumLength)
        let first = max(streamInfoEnd, zeros - length)
        let bytes = try file.bytes(upTo: end - first, at: first)
        let isWhole = bytes.indices.dropLast(checksumLength).reversed().contains { place in
            bytes[place] == 0xFF && bytes[place + 1] & 0xFE == 0xF8
                && checksum(bytes[place...]) == 0
        }
        return isWhole ? end : nil
    }

    /// CRC-16 with the polynomial 8005: of bytes that end with their own it is zero.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        bytes.reduce(0) { value, byte in
            value << 8 ^ table[Int(UInt8(truncatingIfNeeded: value >> 8) ^ byte)]
        }
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { value, _ in
            value & 0x8000 != 0 ? value << 1 ^ 0x8005 : value << 1
        }
    }
}
