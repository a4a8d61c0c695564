/// Channels of a TDMS file, as a stream.
final class TDMSSource: SampleSource {
    let sampleRate: Int
    let note: String?
    private let content: SignalContent
    private let channels: [Channel]
    private let frameCount: Int
    private var file: ByteFile?
    private var position = 0

    /// A channel, how its values lie, and what is done to them.
    struct Channel {
        let values: TDMSChannel
        let format: SampleFormat
        let polynomials: [[Double]]
    }

    /// - Parameter frameCount: Samples that every channel has.
    init(
        _ content: SignalContent, _ file: ByteFile, _ channels: [Channel], frameCount: Int,
        sampleRate: Int, note: String?
    ) {
        (self.content, self.file, self.channels) = (content, file, channels)
        (self.frameCount, self.sampleRate, self.note) = (frameCount, sampleRate, note)
    }

    var path: String { content.path }
    var channelCount: Int { channels.count }
    var declaredFrameCount: Int? { frameCount }

    func rewind() throws(SignalError) {
        file = try ByteFile(content)
        position = 0
    }

    func read(into block: inout [Float]) throws(SignalError) -> Int {
        guard let file, position < frameCount else {
            self.file = nil
            return 0
        }
        let count = min(block.count / channels.count, frameCount - position)
        for (number, channel) in channels.enumerated() {
            var done = 0
            while done < count {
                done += try channel.read(
                    file, at: position + done, count: count - done, into: &block,
                    from: done * channels.count + number, step: channels.count)
            }
        }
        position += count
        return count
    }

    func skip(_ count: Int) -> Int {
        let skipped = min(count, frameCount - position)
        position += skipped
        return skipped
    }
}

extension TDMSSource.Channel {
    /// Fills every `step`-th place of `block` with samples of a chunk; returns how many.
    fileprivate func read(
        _ file: ByteFile, at place: Int, count: Int, into block: inout [Float], from first: Int,
        step: Int
    ) throws(SignalError) -> Int {
        try block.withUnsafeMutableBufferPointer { block throws(SignalError) in
            try values.read(file, format.byteCount, at: place, count: count) {
                bytes, count, isBig in
                let format = SampleFormat(
                    format.kind, byteCount: format.byteCount, isBigEndian: isBig,
                    scale: format.scale)
                guard !polynomials.isEmpty else {
                    format.decode(bytes, count: count, into: block, from: first, step: step)
                    return
                }
                for index in 0..<count {
                    let raw = format.number(bytes, at: index * format.byteCount)
                    block[first + index * step] = Float(
                        polynomials.reduce(raw) { value, terms in
                            terms.reversed().reduce(0) { $0 * value + $1 }
                        })
                }
            }
        }
    }

    /// Values as they are, unscaled.
    func numbers(
        _ file: ByteFile, at place: Int, count: Int
    ) throws(SignalError) -> [Double] {
        var numbers: [Double] = []
        while numbers.count < count {
            _ = try values.read(
                file, format.byteCount, at: place + numbers.count, count: count - numbers.count
            ) { bytes, count, isBig in
                let format = SampleFormat(
                    format.kind, byteCount: format.byteCount, isBigEndian: isBig)
                numbers += (0..<count).map { format.number(bytes, at: $0 * format.byteCount) }
            }
        }
        return numbers
    }
}
