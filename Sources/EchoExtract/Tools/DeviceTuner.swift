import EchoFormats
import EchoGPU
import EchoOpenCL
import EchoVerify
import FoundationEssentials

/// Finds the tiles that are fastest on an OpenCL device, and keeps them for whoever opens it next.
package struct DeviceTuner {
    /// The device's numbers and name.
    package let deviceName: String
    package let family: KernelFamily
    package let precision: Echo.Precision
    /// The matrix unit whose kernels are tuned; nil for none.
    package let unit: MatrixUnit?
    private let device: Device
    private let key: TuningKey
    private let store: TuningStore

    /// - Parameters:
    ///   - selector: As ``Echo`` takes a device; the CPU path has no tiles.
    ///   - precision: How weights and activations are stored; each has a choice of its own.
    ///   - store: Where choices are kept.
    /// - Throws: ``EchoError`` of kind `usage` for the CPU path, of kind `device` if the device is
    ///   missing or its kernels store no halves.
    package init(
        device selector: String, precision: Echo.Precision = .fp32,
        store: TuningStore = TuningStore()
    ) throws(EchoError) {
        let selector = DeviceSelector(selector)
        guard selector != .cpuPath else {
            throw EchoError(
                .usage, "the CPU path has no tiles to tune; name a device of 'echo-gpu devices'")
        }
        self.precision = precision
        self.store = store
        (device, family, unit, key) = try EchoError.translating {
            let device = try selector.select(from: Platform.listed().flatMap(\.devices))
            let environment = ProcessInfo.processInfo.environment
            let family = try KernelFamily.choose(
                for: device, storing: precision.storage, environment: environment)
            let unit = try MatrixUse(of: device, storing: precision.storage).unit
            let key = try TuningKey(
                device, family: family, storing: precision.storage, unit: unit)
            return (device, family, unit, key)
        }
        deviceName = device.label
    }

    /// Where the choice for this device is kept.
    package var path: String { store.file(for: key).path }

    /// Checks and times the table of tiles, from those that are in use now.
    ///
    /// - Parameters:
    ///   - stages: Which parts of it.
    ///   - secondsPerTrial: How long each row is timed, about.
    ///   - compile: Has what is asked for compiled somewhere else, by ``compile(_:)``, before it is needed here; gives
    ///     the reason if it is not to be waited for any more.
    ///   - progress: Called with each row before it is tried.
    /// - Throws: ``EchoError`` of kind `device` if no tiles can be relied on.
    package func run(
        _ stages: [TuningStage], secondsPerTrial: Double,
        compile: (Compilation) -> String? = { _ in nil },
        progress: (TuningStage, Tiling) -> Void = { _, _ in }
    ) throws(EchoError) -> Tuning {
        // The encoder as one kernel computes in half alone.
        let stages = stages.filter { $0 != .stack || precision == .fp16 }
        guard stages.contains(where: { $0.exists(family, unit: unit) }) else {
            throw EchoError(
                .usage,
                "the \(family) kernels have nothing to tune there"
                    + (unit == nil && family == .simt
                        ? " without a matrix unit" : precision == .fp32 ? " in fp32" : ""))
        }
        let start = store.load(key, on: device).tiling ?? Tiling(for: device)
        return try EchoError.translating {
            try tuner(secondsPerTrial).run(
                stages, from: start,
                compile: {
                    compile(
                        Compilation(
                            device: deviceNumbers, precision: precision, stage: $0, tiling: $1))
                },
                progress: progress)
        }
    }

    /// What another process is to compile.
    package struct Compilation: Sendable, Codable {
        /// The device's numbers, as ``init(device:precision:store:)`` takes them.
        package let device: String
        package let precision: Echo.Precision
        /// Nil for the whole encoder.
        let stage: TuningStage?
        let tiling: Tiling
    }

    /// Compiles what a row is tried with: the driver's cache, or this package's, keeps it for other processes.
    ///
    /// - Throws: ``EchoError`` of kind `device` if the device fails.
    package static func compile(_ compilation: Compilation) throws(EchoError) {
        let tuner = try DeviceTuner(device: compilation.device, precision: compilation.precision)
        try EchoError.translating {
            try tuner.tuner(0).compile(compilation.stage, compilation.tiling)
        }
    }

    private func tuner(_ secondsPerTrial: Double) -> Tuner {
        Tuner(
            device, family: family, unit: unit, storing: precision.storage,
            secondsPerTrial: secondsPerTrial)
    }

    /// `0:1` of `0:1 NAME`.
    private var deviceNumbers: String { String(deviceName.prefix { $0 != " " }) }

    /// Keeps what was found.
    ///
    /// - Throws: ``EchoError`` of kind `write` if the folder or the file cannot be written.
    package func keep(_ tuning: Tuning) throws(EchoError) {
        do {
            try store.keep(tuning.tiling, for: key)
        } catch {
            throw EchoError(
                .write,
                """
                \(path) cannot be written: \(error.systemReason). The default tiles stay in \
                use; make the folder writable or set XDG_CACHE_HOME to one that is.
                """)
        }
    }

    /// Forgets the choice, and what was found of the device's matrix unit, which is checked again then; false if
    /// no choice was kept.
    ///
    /// - Throws: ``EchoError`` of kind `write` if a file cannot be removed.
    package func reset() throws(EchoError) -> Bool {
        do {
            _ = try MatrixVerdictStore(directory: store.directory).remove(device)
            return try store.remove(key)
        } catch {
            throw EchoError(.write, "\(path) cannot be removed: \(error.systemReason)")
        }
    }
}
