import EchoSignal
import EchoTestSupport
import Foundation

/// Sound files byte by byte, honest or not, and what is read of them.
enum SoundBytes {
    static let rate = 1000

    /// 16-bit samples that no other order or alignment gives, loud and quiet.
    static let codes: [Int16] = (0..<400).map {
        Int16(truncatingIfNeeded: ($0 * 7919) % 65_521 - 32_000)
    }
    static var samples: [Float] { codes.map { Float($0) / 32_768 } }
    static var pcm16: [UInt8] { codes.flatMap { little(Int($0), 2) } }

    static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func big(_ value: Int, _ count: Int) -> [UInt8] { little(value, count).reversed() }

    /// The `fmt ` chunk's bytes; `block` where a frame's bytes are not those of the bits.
    static func format(
        bits: Int = 16, channels: Int = 1, block: Int? = nil, bytesPerSecond: Int? = nil,
        valid: Int? = nil
    ) -> [UInt8] {
        let block = block ?? channels * bits / 8
        let plain =
            little(valid == nil ? 1 : 0xFFFE, 2) + little(channels, 2) + little(rate, 4)
            + little(bytesPerSecond ?? rate * block, 4) + little(block, 2) + little(bits, 2)
        guard let valid else { return plain }
        let guid: [UInt8] = [1, 0, 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113]
        return plain + little(22, 2) + little(valid, 2) + little(4, 4) + guid
    }

    /// A WAV; what the header says of its sizes may be told.
    static func wav(
        _ data: [UInt8], format: [UInt8] = format(), dataSize: Int? = nil, riffSize: Int? = nil,
        after: [UInt8] = []
    ) -> [UInt8] {
        let body =
            Array("WAVEfmt ".utf8) + little(format.count, 4) + format + Array("data".utf8)
            + little(dataSize ?? data.count, 4) + data + after
        return Array("RIFF".utf8) + little(riffSize ?? body.count, 4) + body
    }

    /// A chunk of text, as programs put behind samples.
    static var list: [UInt8] {
        Array("LIST".utf8) + little(18, 4) + Array("INFOISFT".utf8) + little(6, 4)
            + Array("odd!!\0".utf8)
    }

    /// All samples, channels interleaved, and the note.
    static func read(_ path: String) throws -> (samples: [Float], note: String?) {
        let source = try FileSource(SignalContent(path: path))
        var samples: [Float] = []
        var block = [Float](repeating: 0, count: 4096)
        while case let count = try source.read(into: &block), count > 0 {
            samples += block[..<(count * source.channelCount)]
        }
        return (samples, source.note)
    }

    static func read(_ bytes: [UInt8], _ name: String = "a.wav") throws -> (
        samples: [Float], note: String?
    ) {
        let scratch = try ScratchFolder()
        let path = try scratch.file(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try read(path)
    }

    /// The error that reading ends with; nil where all is well.
    static func error(_ bytes: [UInt8], _ name: String = "a.wav") throws -> SignalError? {
        do {
            _ = try read(bytes, name)
            return nil
        } catch let error as SignalError {
            return error
        }
    }
}
