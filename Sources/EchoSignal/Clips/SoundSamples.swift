import EchoFormats

/// Samples of a part of a recording, in memory.
package struct SoundSamples: Hashable, Sendable {
    /// Channels interleaved, full scale being -1 to 1 if the recording has one.
    package let values: [Float]
    package let channelCount: Int
    /// Hz.
    package let sampleRate: Int
    /// The second of the recording at which they begin.
    package let start: Double

    /// - Precondition: `values` are whole frames of at least one channel.
    package init(_ values: [Float], channelCount: Int = 1, sampleRate: Int, start: Double = 0) {
        (self.values, self.channelCount) = (values, channelCount)
        (self.sampleRate, self.start) = (sampleRate, start)
    }

    /// Samples of each channel.
    package var frameCount: Int { values.count / channelCount }
    package var seconds: Double { Double(frameCount) / Double(sampleRate) }

    /// The largest magnitude.
    package var peak: Double { Double(values.reduce(Float(0)) { max($0, $1.magnitude) }) }

    /// The root of the mean of the squares.
    package var rootMeanSquare: Double {
        let sum = values.reduce(0.0) { $0 + Double($1) * Double($1) }
        return (sum / Double(max(1, values.count))).squareRoot()
    }

    /// One channel, from 0.
    package func channel(_ number: Int) -> SoundSamples {
        mapped { values[$0 * channelCount + number] }
    }

    /// The average of all channels.
    package func averaged() -> SoundSamples {
        channelCount == 1
            ? self
            : mapped { frame in
                let sum = values[frame * channelCount..<(frame + 1) * channelCount].reduce(0.0) {
                    $0 + Double($1)
                }
                return Float(sum / Double(channelCount))
            }
    }

    private func mapped(_ value: (Int) -> Float) -> SoundSamples {
        SoundSamples((0..<frameCount).map(value), sampleRate: sampleRate, start: start)
    }
}

extension SoundSamples {
    /// Reads a part of an input: all its channels, at its own rate, whatever becomes of them when it is embedded.
    ///
    /// - Parameters:
    ///   - input: What to open; what its list says of it goes before `options`, except for its channels.
    ///   - content: Where its bytes are.
    ///   - start: Seconds from where what is embedded of the input begins.
    ///   - end: Likewise; nil for its end, which comes first if it is nearer.
    /// - Throws: ``SignalError`` if it cannot be read, ends before the part begins, or has samples that are not
    ///   finite.
    package static func read(
        _ input: Input, _ content: SignalContent, _ options: ReadingOptions, from start: Double = 0,
        to end: Double? = nil
    ) throws(SignalError) -> SoundSamples {
        var options = options
        options.resample = nil
        let overrides = input.narrowed(from: start, to: end).overrides
        let source = try SourceOpening(options, overrides).open(content).source
        var values: [Float] = []
        var block: [Float] = Array(
            repeating: 0,
            count: max(1, SignalPass.blockLength / source.channelCount) * source.channelCount)
        while true {
            try ReadingStop.check(content.path)
            let count = try source.read(into: &block) * source.channelCount
            if count == 0 { break }
            if let place = block[..<count].firstIndex(where: { !$0.isFinite }) {
                let (index, channel) = (values.count + place).quotientAndRemainder(
                    dividingBy: source.channelCount)
                throw content.error(
                    .notFinite(index: index, channel: channel, value: block[place]))
            }
            values += block[..<count]
        }
        guard !values.isEmpty else { throw content.error(.empty) }
        return SoundSamples(
            values, channelCount: source.channelCount, sampleRate: source.sampleRate,
            start: overrides.start ?? 0)
    }
}
