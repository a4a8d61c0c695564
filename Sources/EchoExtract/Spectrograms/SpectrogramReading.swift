import EchoModel
import EchoReport
import EchoSignal

/// The spectrogram of a recording, segment by segment, so that no more of a long one is held than is wanted.
struct SpectrogramReading {
    /// Columns of the spectrogram of one output channel.
    struct Piece {
        let channel: Int
        /// The number of the first frame.
        let first: Int
        let frameCount: Int
        /// `[bins, frameCount]`.
        let values: [Float]
    }

    /// What computes spectrograms if no device was opened. The weights play no part in a spectrogram: those at
    /// hand do.
    static let cpuEngine = Engine(
        weights: Weights.synthetic(seed: 1, name: "spectrograms"),
        choice: DeviceChoice(backend: nil, reason: "spectrograms of a few recordings"))

    let reader: RecordingReader
    let engine: Engine
    /// The second of the recording at which what is read begins.
    let start: Double

    /// Where the values lie in time and frequency.
    var grid: SpectrogramGrid {
        let framing = reader.framing
        return SpectrogramGrid(
            sampleRate: framing.sampleRate, windowLength: framing.windowLength, hop: framing.hop,
            frameCount: reader.totalFrameCount, start: start)
    }

    /// Computes it, once.
    ///
    /// - Parameter take: Handed the pieces of each channel in order; the last repeats frames of the one before.
    /// - Throws: ``EchoError`` of kind `signal` if the recording cannot be read, of kind `device` if the
    ///   engine fails.
    func run(_ take: (Piece) -> Void) throws(EchoError) {
        let segments = reader.framing.segments(frameCount: reader.totalFrameCount)
        try EchoError.translating {
            while let segment = try reader.next() {
                let values = try engine.spectrogram(segment)
                try FiniteValues.require(values, of: "the spectrogram")
                take(
                    Piece(
                        channel: segment.channel, first: segments[segment.index].lowerBound,
                        frameCount: segment.frameCount, values: values))
            }
        }
    }

    /// The columns of a picture of each output channel.
    ///
    /// - Parameter limit: Columns that there are to be at most.
    /// - Throws: As ``run(_:)`` does.
    func columns(limit: Int) throws(EchoError) -> [SpectrogramColumns] {
        var columns = Array(
            repeating: SpectrogramColumns(grid, limit: limit), count: reader.outputChannelCount)
        try run { columns[$0.channel].add($0.values, first: $0.first, frameCount: $0.frameCount) }
        return columns
    }

    /// All values of each output channel, `[bins, frames]`.
    ///
    /// - Throws: As ``run(_:)`` does.
    func values() throws(EchoError) -> [[Float]] {
        let (bins, frames) = (grid.binCount, grid.frameCount)
        var values = Array(
            repeating: [Float](repeating: 0, count: bins * frames), count: reader.outputChannelCount
        )
        try run { piece in
            values[piece.channel].withUnsafeMutableBufferPointer {
                SpectrogramRun.Piece(
                    first: piece.first, frameCount: piece.frameCount, values: piece.values
                ).write(to: $0, bins: bins, frames: frames)
            }
        }
        return values
    }
}
