import EchoCPU
import EchoGPU
import EchoGraph
import EchoModel
import EchoOpenCL
import EchoTensor

/// Tries a table of tiles on a device: each is checked against the CPU path, then timed on the
/// encoder's own shapes.
///
/// A stage keeps the tiles that it started from unless others are faster by more than the scatter
/// of measurements, in rounds that alternate between the two.
package struct Tuner {
    /// The share by which a challenger has to be faster.
    private static let margin = 0.02
    private static let roundCount = 5

    private let device: Device
    private let family: KernelFamily
    private let unit: MatrixUnit?
    private let storage: ElementType
    private let secondsPerTrial: Double
    private let shapes: EncoderShapes

    /// - Parameters:
    ///   - family: Whose table; by default that which `$ECHO_KERNELS` or the device asks for.
    ///   - unit: The matrix unit that kernels use; nil for none.
    ///   - storage: How weights and activations are stored.
    ///   - secondsPerTrial: How long each row is timed, about.
    package init(
        _ device: Device, family: KernelFamily, unit: MatrixUnit? = nil,
        storing storage: ElementType = .float32, secondsPerTrial: Double
    ) {
        self.device = device
        self.family = family
        self.unit = unit
        self.storage = storage
        self.secondsPerTrial = secondsPerTrial
        shapes = EncoderShapes(for: device)
    }

    /// Has the driver compile what tiles are tried with, and keep it, before they are; gives the reason if it is not
    /// to be waited for any more. Without a stage, what the whole encoder is checked with.
    package typealias Compile = (TuningStage?, Tiling) -> String?

    /// Goes through the table.
    ///
    /// - Parameters:
    ///   - stages: What is tuned; what the family has not is skipped.
    ///   - start: The tiles to start from.
    ///   - compile: Called before each trial: nothing is compiled beforehand by default.
    ///   - progress: Called before each trial.
    /// - Throws: ``Tuning/Failure`` if no tiles can be relied on, `OpenCLError` if the device
    ///   fails.
    package func run(
        _ stages: [TuningStage], from start: Tiling, compile: Compile = { _, _ in nil },
        progress: (TuningStage, Tiling) -> Void
    ) throws -> Tuning {
        var tuning = Tuning(family: family, tiling: start)
        for stage in stages where stage.exists(family, unit: unit) {
            let trials = try run(stage, from: tuning.tiling, compile, progress: progress)
            tuning.trials += trials
            if let best = trials.first(where: { $0.verdict == .best }) {
                tuning.tiling = best.tiling
            }
        }
        if let reason = compile(nil, tuning.tiling) { throw Tuning.Failure.givenUp(reason) }
        let checks = try checkEncoder(tuning.tiling)
        if let failed = checks.first(where: { !$0.passes }) {
            throw Tuning.Failure.encoder(failed)
        }
        return tuning
    }

    /// Computes all that tiles are tried with once, so that the driver compiles it and keeps what it compiled.
    ///
    /// - Parameter stage: Nil for what the whole encoder is checked with.
    package func compile(_ stage: TuningStage?, _ tiling: Tiling) throws {
        guard tiling.problem(family, on: device) == nil else { return }
        guard let stage else {
            _ = try checkEncoder(tiling)
            return
        }
        let executor = Executor(try open(tiling), fallback: CPUBackend())
        for single in OperationCase.all where stage.matters(to: single.operation, family) {
            let (graph, inputs) = try single.graph(isExpanded: true)
            _ = try executor.run(graph, inputs: inputs)
        }
        try Stopwatch(shapes.cases(stage, family)).warmUp(executor)
    }

    /// The encoder at both widths of the published models.
    private func checkEncoder(_ tiling: Tiling) throws -> [Check] {
        let verification = Verification(try open(tiling))
        return try [Configuration.tiny, .small].flatMap {
            let weights = Weights.synthetic(seed: 1, configuration: $0)
            return try verification.encoder(weights, storing: storage)
        }
    }

    private func run(
        _ stage: TuningStage, from start: Tiling, _ compile: Compile,
        progress: (TuningStage, Tiling) -> Void
    ) throws -> [Tuning.Trial] {
        let check = try TilingCheck(
            stage, device, family, unit: unit, storing: storage)
        let stopwatch = try Stopwatch(shapes.cases(stage, family))
        var trials: [Tuning.Trial] = []
        for tiling in stage.candidates(from: start, family) {
            progress(stage, tiling)
            if let reason = compile(stage, tiling) {
                trials.append(.init(stage: stage, tiling: tiling, verdict: .givenUp(reason)))
            } else {
                trials.append(try attempt(stage, tiling, check, stopwatch))
            }
        }
        let runners = trials.indices.filter { trials[$0].speed != nil }
        guard let fastest = runners.max(by: { speed(trials[$0]) < speed(trials[$1]) }) else {
            let reason = trials[0].rejection ?? "no reason given"
            throw Tuning.Failure.nothingWorks(
                stage, reason.hasSuffix(".") ? String(reason.dropLast()) : reason)
        }
        if fastest != 0, trials[0].speed != nil {
            let speeds = try compare(trials[fastest].tiling, with: start, stopwatch)
            (trials[fastest].speed, trials[0].speed) = (speeds.challenger, speeds.holder)
            let wins = speeds.challenger * (1 - Self.margin) > speeds.holder
            trials[wins ? fastest : 0].verdict = .best
            if !wins { trials[fastest].verdict = .tooClose }
        } else {
            trials[fastest].verdict = .best
        }
        return trials
    }

    /// Checks tiles and, if they are right, times them.
    private func attempt(
        _ stage: TuningStage, _ tiling: Tiling, _ check: TilingCheck, _ stopwatch: Stopwatch
    ) throws -> Tuning.Trial {
        let result = check.run(tiling)
        var trial = Tuning.Trial(
            stage: stage, tiling: tiling, maximumError: result.maximumError, verdict: .slower)
        if let problem = result.problem {
            trial.verdict = .rejected(problem)
            return trial
        }
        do {
            let executor = Executor(try open(tiling), fallback: CPUBackend())
            try stopwatch.warmUp(executor)
            let seconds = try stopwatch.time(executor, within: secondsPerTrial)
            trial.speed = stopwatch.flops / seconds
        } catch let error as OpenCLError {
            // Too much for the device at this size; other sizes may still work.
            trial.verdict = .rejected("\(error)")
        }
        return trial
    }

    /// The speeds of two tilings, FLOP/s, from rounds that alternate between them.
    private func compare(
        _ challenger: Tiling, with holder: Tiling, _ stopwatch: Stopwatch
    ) throws -> (challenger: Double, holder: Double) {
        let executors = try [challenger, holder].map {
            Executor(try open($0), fallback: CPUBackend())
        }
        try executors.forEach(stopwatch.warmUp)
        var times: [[Double]] = [[], []]
        for _ in 0..<Self.roundCount {
            for (number, executor) in executors.enumerated() {
                let limit = secondsPerTrial / Double(Self.roundCount)
                times[number].append(try stopwatch.time(executor, within: limit))
            }
        }
        let seconds = times.map { $0.min() ?? .infinity }
        return (stopwatch.flops / seconds[0], stopwatch.flops / seconds[1])
    }

    private func open(_ tiling: Tiling) throws -> GPUBackend {
        try GPUBackend(
            device, family: family, tiling: tiling, storage: storage, unit: MatrixUnitChoice(unit))
    }

    private func speed(_ trial: Tuning.Trial) -> Double { trial.speed ?? 0 }
}

extension Tuning.Trial {
    /// Why it was rejected or given up; nil if it was not.
    package var rejection: String? {
        switch verdict {
        case .rejected(let reason), .givenUp(let reason): reason
        case .best, .slower, .tooClose: nil
        }
    }
}

/// Times a list of operations on one backend after another, on the same inputs; fused ones as each backend fuses what
/// they stand for.
private struct Stopwatch {
    private let cases: [(graph: Graph, inputs: [String: HostTensor])]
    /// Arithmetic of one pass through the list.
    let flops: Double

    init(_ cases: [OperationCase]) throws {
        flops = cases.reduce(0) { $0 + $1.operation.flops(for: $1.inputs.map(\.tensor.type)) }
        self.cases = try cases.map { try $0.graph(isExpanded: true) }
    }

    /// Runs the list once: the first run compiles and fills caches.
    func warmUp(_ executor: Executor<GPUBackend, CPUBackend>) throws {
        for single in cases { _ = try executor.run(single.graph, inputs: single.inputs) }
    }

    /// Seconds of one pass: the sum over the operations of each one's fastest run.
    func time(
        _ executor: Executor<GPUBackend, CPUBackend>, within limit: Double
    ) throws -> Double {
        try cases.reduce(0) { sum, single in
            let measurement = try Measurement(within: limit / Double(cases.count)) {
                var seconds = 0.0
                _ = try executor.run(single.graph, inputs: single.inputs) { node, taken in
                    // If halves are stored, conversions stand before and behind the operation.
                    if !(node.operation is Convert) { seconds += taken }
                }
                return seconds
            }
            return sum + measurement.least
        }
    }
}
