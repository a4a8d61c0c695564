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
        return endsWithFrame(bytes) ? end : nil
    }

    /// Whether a whole frame ends where these bytes end: from where it starts on, its checksum makes them a
    /// multiple of CRC-16's polynomial 8005.
    private static func endsWithFrame(_ bytes: [UInt8]) -> Bool {
        // What the bytes from `place` on leave, and what a bit does that stands there.
        var (rest, power) = (UInt16(0), UInt16(1))
        for place in bytes.indices.reversed() {
            for bit in 0..<8 {
                if bytes[place] >> bit & 1 == 1 { rest ^= power }
                power = power & 0x8000 != 0 ? power << 1 ^ 0x8005 : power << 1
            }
            if rest == 0, place + checksumLength < bytes.count, bytes[place] == 0xFF,
                bytes[place + 1] & 0xFE == 0xF8
            {
                return true
            }
        }
        return false
    }
}
