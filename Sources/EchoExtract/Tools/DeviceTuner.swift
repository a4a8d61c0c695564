import EchoGPU
import EchoOpenCL
import EchoVerify
import Foundation

/// Finds the tiles that are fastest on an OpenCL device, and keeps them for whoever opens it next.
package struct DeviceTuner {
    /// The device's numbers and name.
    package let deviceName: String
    package let family: KernelFamily
    package let precision: Echo.Precision
    private let device: Device
    private let key: TuningKey
    private let store: TuningStore

    /// - Parameters:
    ///   - selector: As ``Echo`` takes a device; the CPU path has no tiles.
    ///   - precision: How weights and activations are stored; each has a choice of its own.
    ///   - store: Where choices are kept.
    /// - Throws: ``EchoError`` of kind `usage` for the CPU path, of kind `device` where the device is
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
        (device, family, key) = try EchoError.translating {
            let device = try selector.select(from: Platform.listed().flatMap(\.devices))
            let environment = ProcessInfo.processInfo.environment
            let family = try KernelFamily.choose(
                for: device, storing: precision.storage, environment: environment)
            let key = try TuningKey(device, family: family, storing: precision.storage)
            return (device, family, key)
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
    ///   - progress: Called with each row before it is tried.
    /// - Throws: ``EchoError`` of kind `device` where no tiles can be relied on.
    package func run(
        _ stages: [TuningStage], secondsPerTrial: Double,
        progress: (TuningStage, Tiling) -> Void = { _, _ in }
    ) throws(EchoError) -> Tuning {
        guard stages.contains(where: { !$0.operations(family).isEmpty }) else {
            let names = stages.map(\.rawValue).joined(separator: ", ")
            throw EchoError(.usage, "the \(family) kernels have nothing in the stage '\(names)'")
        }
        let tuner = Tuner(
            device, family: family, storing: precision.storage, secondsPerTrial: secondsPerTrial)
        let start = store.load(key, on: device).tiling ?? Tiling(for: device)
        return try EchoError.translating {
            try tuner.run(stages, from: start, progress: progress)
        }
    }

    /// Keeps what was found.
    ///
    /// - Throws: ``EchoError`` of kind `write` where the folder or the file cannot be written.
    package func keep(_ tuning: Tuning) throws(EchoError) {
        do {
            try store.keep(tuning.tiling, for: key)
        } catch {
            throw EchoError(
                .write,
                """
                \(path) cannot be written: \(error.localizedDescription) The default tiles stay in \
                use; make the folder writable or set XDG_CACHE_HOME to one that is.
                """)
        }
    }

    /// Forgets what was kept; false where nothing was.
    ///
    /// - Throws: ``EchoError`` of kind `write` where the file cannot be removed.
    package func reset() throws(EchoError) -> Bool {
        do {
            return try store.remove(key)
        } catch {
            throw EchoError(.write, "\(path) cannot be removed: \(error.localizedDescription)")
        }
    }
}
