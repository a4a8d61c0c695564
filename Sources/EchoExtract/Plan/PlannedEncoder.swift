import EchoCPU
import EchoFormats
import EchoModel
import EchoOpenCL

/// An encoder that is planned with: its sizes, how fast it is known to be, and the memory that it takes.
struct PlannedEncoder {
    private let request: ExtractionPlan.Encoder
    private let level: Extraction.Level
    private let weights: Weights
    private let device: PlannedDevice
    /// What `bench` kept of it; nil for nothing.
    let speed: PlannedSpeed?

    /// - Throws: ``EchoError`` if the model cannot be read or is not in the cache, or the device is not available.
    init(
        _ request: ExtractionPlan.Encoder, level: Extraction.Level, _ store: BenchmarkStore
    ) throws(EchoError) {
        (self.request, self.level) = (request, level)
        let selector = DeviceSelector(request.device)
        try DeviceChoice.require(request.precision, on: selector)
        weights = try request.model.weightsWithoutFetching()
        device = try PlannedDevice(request.device)
        let kept = device.benchmark(
            in: store, weights.configuration, request.precision, level: level)
        speed = kept.flatMap { kept in
            kept.batch(upTo: request.batchSize).map { PlannedSpeed(kept, $0) }
        }
    }

    var embeddingWidth: Int { weights.configuration.embeddingWidth }

    /// - Parameter segment: The largest of the recordings; nil if none is known, then a clip of 10 s at 16 kHz.
    /// - Returns: Nil if nobody knows what kind of device it is.
    func memory(_ segment: BatchLayout.Segment?) throws(EchoError) -> PlannedMemory? {
        // A device of another machine, by what bench kept of it there.
        let elsewhere =
            speed.map { $0.device == CPUBackend.name ? .cpuPath : .gpu } as PlannedMemory.Target?
        guard let target = device.target ?? elsewhere else { return nil }
        let clip = RecordingWork.segment(
            seconds: BatchBenchmark.clipSeconds, sampleRate: PlannedSpeed.standardSampleRate)
        return try EchoError.translating {
            try PlannedMemory(
                weights, segment ?? clip, batchSize: request.batchSize,
                wantsRows: level.wantsSegments, precision: request.precision, on: target)
        }
    }

    /// What to do if no speed is known.
    static func speedRemedy(_ request: ExtractionPlan.Encoder?) -> String {
        guard let request else {
            return """
                No speed is known, so no hours: give --clips-per-second, or a --model and --device of \
                which 'echo-gpu bench' kept a figure.
                """
        }
        let device = request.device.contains(" ") ? quoted(request.device) : request.device
        let precision = request.precision == .fp32 ? "" : " --precision \(request.precision)"
        return """
            No speed is known, so no hours: 'echo-gpu bench --model MODEL --device \
            \(device)\(precision)' measures and keeps it; or give --clips-per-second.
            """
    }
}

extension Echo.Model {
    /// The weights, of a model of the hub those of the cache: what only plans fetches nothing.
    func weightsWithoutFetching() throws(EchoError) -> Weights {
        guard case .hub(let name, let revision) = self else {
            return try weights(logger: nil) { _ in }
        }
        let cached = try ModelHub().list().first { model in
            model.name == name
                && (model.revisions.contains(revision) || model.commit.hasPrefix(revision))
        }
        guard let cached else {
            throw EchoError(
                .hub,
                """
                \(name) is not in the cache of models, and plan fetches nothing. Fetch it: echo-gpu model \
                pull \(name)
                """)
        }
        return try EchoError.translating {
            try Weights.load(path: cached.folder, name: cached.name)
        }
    }
}
