/// The frames of an MP3 or MP2, of which each says its length: a file that was cut off ends inside one,
/// which decoders leave out without a word.
struct MPEGFrames {
    private let file: ByteFile
    private var block: [UInt8] = []
    private var blockStart = 0

    private static let blockLength = 1 << 20
    private static let headerLength = 4
    /// Tags between two frames, where files were joined.
    private static let tagLimit = 8
    /// kbit/s by the header's index from 1, of layers I, II and III, in MPEG 1 and in MPEG 2.
    private static let bitrates: [[[Int]]] = [
        [
            [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
            [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
            [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        ],
        [
            [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
            [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
            [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        ],
    ]
    private static let sampleRates = [44_100, 48_000, 32_000]

    /// What to tell of a file whose frames start at `offset`; nil if it ends with a frame, and with
    /// those that its first frame promises, or holds no such frames.
    static func note(_ file: ByteFile, from offset: Int) throws(SignalError) -> String? {
        var frames = MPEGFrames(file: file)
        var (position, count) = (offset, 0)
        let promised = try frames.promisedCount(at: offset)
        while let length = try frames.length(past: &position) {
            guard position + length <= file.byteCount else {
                // One header alone may be chance.
                guard count > 1 else { return nil }
                return """
                    cut off: its last frame has \(file.byteCount - position) bytes of \(length); what \
                    is there was embedded
                    """
            }
            position += length
            count += 1
        }
        // Programs count that frame itself in or out.
        guard let promised, promised > 0, count - promised > 2 else { return nil }
        return """
            its first frame promises \(promised) frames, which were read; \(count - 1 - promised) more \
            follow, as where files were joined, and were not
            """
    }

    /// How many frames follow the first, which says so in place of sound (`Xing` or `Info`); nil if it
    /// does not. A decoder reads no more.
    private mutating func promisedCount(at offset: Int) throws(SignalError) -> Int? {
        guard let length = try length(at: offset) else { return nil }
        let frame = try file.bytes(upTo: min(length, 64), at: offset)
        // Behind the header, a checksum perhaps, and as many zeros as the channels need.
        for place in stride(from: 13, through: max(13, frame.count - 12), by: 1) {
            guard place + 12 <= frame.count else { return nil }
            let name = String(decoding: frame[place..<place + 4], as: UTF8.self)
            if name == "Xing" || name == "Info" {
                let hasCount = frame[place + 7] & 1 != 0
                return hasCount ? frame.integer(4, at: place + 8, isBigEndian: true) : nil
            }
        }
        return nil
    }

    /// The length of the frame at `position`, or of the one behind tags there, which it steps over.
    private mutating func length(past position: inout Int) throws(SignalError) -> Int? {
        for _ in 0..<Self.tagLimit {
            if let length = try length(at: position) { return length }
            let bytes = try file.bytes(upTo: 10, at: position)
            if bytes.starts(with: Array("TAG".utf8)) {
                position += 128
            } else if bytes.count == 10, bytes.starts(with: Array("ID3".utf8)) {
                position += 10 + bytes[6...].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
            } else {
                return nil
            }
        }
        return nil
    }

    private init(file: ByteFile) { self.file = file }

    /// Bytes of the frame whose header is at `position`; nil if there is no header, or one that leaves
    /// it open.
    private mutating func length(at position: Int) throws(SignalError) -> Int? {
        let end = blockStart + block.count
        if position < blockStart || position + Self.headerLength > end {
            block = try file.bytes(upTo: Self.blockLength, at: position)
            blockStart = position
        }
        let place = position - blockStart
        guard place + Self.headerLength <= block.count else { return nil }
        let bytes = block[place..<place + Self.headerLength].map(Int.init)
        let (version, layer) = (bytes[1] >> 3 & 3, 4 - (bytes[1] >> 1 & 3))
        let (bitrate, rate) = (bytes[2] >> 4, bytes[2] >> 2 & 3)
        guard bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0, version != 1, layer != 4,
            (1...14).contains(bitrate), rate < 3
        else { return nil }
        let isFirst = version == 3
        let bits = Self.bitrates[isFirst ? 0 : 1][layer - 1][bitrate - 1] * 1000
        let hertz = Self.sampleRates[rate] / (isFirst ? 1 : version == 2 ? 2 : 4)
        let padding = bytes[2] >> 1 & 1
        switch layer {
        case 1: return (12 * bits / hertz + padding) * 4
        case 3 where !isFirst: return 72 * bits / hertz + padding
        default: return 144 * bits / hertz + padding
        }
    }
}
