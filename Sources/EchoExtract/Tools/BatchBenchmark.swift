import EchoFormats
import EchoSignal
import EchoVerify

/// How many clips of 10 s a device embeds in a second, by how many go to it together: decoded samples
/// in, embeddings out.
package struct BatchBenchmark: Sendable, Codable {
    /// What is measured, and for how long.
    package struct Options: Sendable {
        /// Hz.
        package var sampleRate: Int
        package var level: Extraction.Level
        /// Seconds for each batch size; a batch that takes longer runs once.
        package var seconds: Double
        /// Sizes are the powers of two up to this.
        package var largestBatch: Int

        package init(
            sampleRate: Int = 16_000, level: Extraction.Level = .utterance, seconds: Double = 2,
            largestBatch: Int = 128
        ) {
            (self.sampleRate, self.level) = (sampleRate, level)
            (self.seconds, self.largestBatch) = (seconds, largestBatch)
        }
    }

    /// What one batch size gave.
    package struct Batch: Sendable, Codable {
        package let clipCount: Int
        package let clipsPerSecond: Double
        /// Seconds of a batch, the median of the runs.
        package let seconds: Double
        package let runCount: Int
        /// Bytes of the plan of the device's memory.
        package let plannedByteCount: Int
    }

    /// The most seconds for a batch size: a day.
    package static let secondsLimit = 86_400.0
    /// Seconds of a clip.
    package static let clipSeconds = 10
    /// The share of the best speed that the batch to use may lose.
    package static let margin = 0.03

    package let model: String
    package let device: String
    /// How values are stored: fp32 or fp16.
    package let precision: String
    /// The kernels' tiles; nil on the CPU path.
    package let tiling: String?
    /// Hz.
    package let sampleRate: Int
    package let level: String
    package let clipSeconds: Int
    package private(set) var batches: [Batch] = []
    /// Why larger batches were left out; nil if none was.
    package private(set) var stoppedBy: String?
    /// The smallest batch within 3 % of the best: what `extract --batch` should be told.
    package private(set) var recommendedBatch = 1

    /// Measures batches of 1, 2, 4, ... clips, each once unmeasured and then repeatedly.
    ///
    /// - Parameter progress: Called with each batch size before it is measured.
    /// - Throws: ``EchoError`` of kind `usage` if an option is out of range, of kind `device` if
    ///   even a single clip cannot be embedded.
    package init(
        _ echo: Echo, _ options: Options, progress: (Int) -> Void = { _ in }
    ) throws(EchoError) {
        guard Framing.supportedSampleRates.contains(options.sampleRate) else {
            let rates = Framing.supportedSampleRates
            throw EchoError(
                .usage,
                "\(options.sampleRate) Hz; take \(rates.lowerBound) to \(rates.upperBound) Hz")
        }
        guard Echo.batchSizes.contains(options.largestBatch), options.seconds > 0,
            options.seconds <= Self.secondsLimit
        else {
            throw EchoError(
                .usage,
                "batches up to \(options.largestBatch), \(options.seconds) s each; take "
                    + "\(Echo.batchSizes.inWords), and up to \(Self.secondsLimit) s")
        }
        (model, device, tiling) = (echo.modelName, echo.deviceName, echo.engine.kind.tiles)
        precision = echo.precision.rawValue
        (sampleRate, level) = (options.sampleRate, options.level.rawValue)
        clipSeconds = Self.clipSeconds
        var clipCount = 1
        while clipCount <= options.largestBatch {
            progress(clipCount)
            do {
                batches.append(
                    try EchoError.translating {
                        try Self.measure(clipCount, options, echo.engine)
                    })
            } catch {
                guard !batches.isEmpty else { throw error }
                stoppedBy = "a batch of \(clipCount): \(error.message)"
                break
            }
            clipCount *= 2
        }
        recommendedBatch = Self.recommendedBatch(of: batches)
    }

    /// The smallest batch within 3 % of the best.
    package static func recommendedBatch(of batches: [Batch]) -> Int {
        let best = batches.map(\.clipsPerSecond).max() ?? 0
        let good = batches.filter { $0.clipsPerSecond >= (1 - margin) * best }
        return good.map(\.clipCount).min() ?? 1
    }

    private static func measure(
        _ clipCount: Int, _ options: Options, _ engine: Engine
    ) throws -> Batch {
        let clips = ClipBatch(
            clipCount: clipCount, sampleRate: options.sampleRate, seconds: clipSeconds)
        func run() throws {
            _ = try engine.encode(clips.segments, wantsRows: options.level.wantsSegments)
        }
        // Compiles kernels, and touches the memory that larger batches take.
        try run()
        let measurement = try Measurement(within: options.seconds) { try Measurement.time(run) }
        return Batch(
            clipCount: clipCount, clipsPerSecond: Double(clipCount) / measurement.seconds,
            seconds: measurement.seconds, runCount: measurement.runCount,
            plannedByteCount: engine.lastPeakByteCount)
    }
}

extension BatchBenchmark.Batch {
    package init(clipCount: Int, clipsPerSecond: Double) {
        self.init(
            clipCount: clipCount, clipsPerSecond: clipsPerSecond,
            seconds: Double(clipCount) / clipsPerSecond, runCount: 1, plannedByteCount: 0)
    }
}
