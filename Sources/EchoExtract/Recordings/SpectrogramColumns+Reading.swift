import EchoModel
import EchoReport
import EchoSignal

extension SpectrogramColumns {
    /// What computes spectrograms where no device was opened. The weights play no part in a spectrogram: those at
    /// hand do.
    package static let cpuEngine = Engine(
        weights: Weights.synthetic(seed: 1, name: "spectrograms"),
        choice: DeviceChoice(backend: nil, reason: "spectrograms of a few recordings"))

    /// The spectrogram of a recording's first output channel, segment by segment.
    ///
    /// - Parameters:
    ///   - limit: Columns that there are to be at most.
    ///   - start: The second of the recording at which what is read begins.
    ///   - progress: Told how many frames there are, after each segment.
    /// - Throws: ``EchoError`` of kind `signal` where it cannot be read, of kind `device` where the engine fails.
    package init(
        _ reader: RecordingReader, on engine: Engine, limit: Int, start: Double,
        progress: (_ frames: Int) -> Void = { _ in }
    ) throws(EchoError) {
        let framing = reader.framing
        self.init(
            SpectrogramGrid(
                sampleRate: framing.sampleRate, windowLength: framing.windowLength,
                hop: framing.hop, frameCount: reader.totalFrameCount, start: start),
            limit: limit)
        let segments = framing.segments(frameCount: reader.totalFrameCount)
        while let segment = try EchoError.translating({ try reader.next() }) {
            guard segment.channel == 0 else { continue }
            let values = try EchoError.translating {
                let values = try engine.spectrogram(segment)
                try FiniteValues.require(values, of: "the spectrogram")
                return values
            }
            add(values, first: segments[segment.index].lowerBound, frameCount: segment.frameCount)
            progress(segments[segment.index].upperBound)
        }
    }
}
