/// The four bytes that a frame of an MP3 or MP2 starts with.
struct MPEGHeader {
    /// What all frames of a recording have in common.
    struct Kind: Hashable {
        /// 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5.
        let version: UInt8
        let layer: Int
        let rate: Int
    }

    static let byteCount = 4

    let kind: Kind
    /// Bytes of the frame, these four included.
    let length: Int
    private let bytes: [UInt8]

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

    /// Nil if they are no header, or one that leaves the frame's length open.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        let (version, layer) = (bytes[1] >> 3 & 3, 4 - Int(bytes[1] >> 1 & 3))
        let (bitrate, rate) = (Int(bytes[2] >> 4), Int(bytes[2] >> 2 & 3))
        guard bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0, version != 1, layer != 4,
            (1...14).contains(bitrate), rate < 3
        else { return nil }
        self.bytes = bytes
        kind = Kind(version: version, layer: layer, rate: rate)
        let isFirst = version == 3
        let bits = Self.bitrates[isFirst ? 0 : 1][layer - 1][bitrate - 1] * 1000
        let hertz = Self.sampleRates[rate] / (isFirst ? 1 : version == 2 ? 2 : 4)
        let padding = Int(bytes[2] >> 1 & 1)
        length =
            switch layer {
            case 1: (12 * bits / hertz + padding) * 4
            case 3 where !isFirst: 72 * bits / hertz + padding
            default: 144 * bits / hertz + padding
            }
    }

    /// Samples of each channel in a frame.
    var sampleCount: Int {
        switch kind.layer {
        case 1: 384
        case 3 where kind.version != 3: 576
        default: 1152
        }
    }

    /// Bytes between the header and the name of a frame that counts others: room for what describes sound.
    private var sideLength: Int {
        let isMono = bytes[3] >> 6 == 3
        return kind.version == 3 ? (isMono ? 17 : 32) : (isMono ? 9 : 17)
    }

    /// A frame of no sound that says how many follow, as encoders put first. nil for layers that have none.
    func counting(_ count: Int) -> [UInt8]? {
        guard kind.layer == 3 else { return nil }
        for bitrate in UInt8(1)...14 {
            let start = [bytes[0], bytes[1] | 1, bytes[2] & 0x0C | bitrate << 4, bytes[3]]
            let content =
                start + [UInt8](repeating: 0, count: sideLength) + Array("Xing".utf8)
                + .integer(1, 4, isBigEndian: true) + .integer(count, 4, isBigEndian: true)
            guard let length = MPEGHeader(start)?.length, length >= content.count else { continue }
            return content + [UInt8](repeating: 0, count: length - content.count)
        }
        return nil
    }
}
