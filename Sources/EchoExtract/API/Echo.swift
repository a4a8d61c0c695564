import EchoModel
import EchoOpenCL
import EchoSignal
import EchoTensor
import Logging

/// The ECHO signal encoder on a device: recordings of any length at any sample rate to embeddings.
///
/// ```swift
/// let echo = try Echo(model: .path("echo-tiny"), device: "auto")
/// let features = try echo.features(signal: samples, sampleRate: 48_000)
/// features.utterance      // [N*D]
/// features.segmentShape   // [T, N*D]
/// ```
///
/// The embeddings of a recording are the same to the bit on a given device, whatever else is in its batch.
/// An instance may be used from several threads; the device runs one batch at a time.
///
/// Source: "ECHO: Frequency-aware Hierarchical Encoding for Variable-length Signals", arXiv 2508.14689.
public final class Echo: Sendable {
    /// The version of this package.
    public static let version = "0.2.0"

    /// Which weights to use.
    public enum Model: Hashable, Sendable {
        /// A checkpoint made in memory from seed 1: untrained, to try things without a download.
        case demo
        /// A folder with `model.safetensors` (and perhaps `config.json`), or a `.safetensors` file.
        case path(String)
        /// A model of the Hugging Face hub, `ORG/NAME`, taken from the cache that Python's
        /// `huggingface_hub` uses, and fetched if it is missing there (``ModelHub``).
        case hub(String, revision: String = "main")
    }

    /// What the weights are called: the name of their folder or file.
    public let modelName: String
    /// The sizes of the encoder that was loaded.
    public let configuration: Configuration
    /// One for each device; an extraction uses all of them.
    package let engines: [Engine]
    /// The first device's.
    package let engine: Engine
    let weights: Weights

    /// Loads a model and opens a device.
    ///
    /// - Parameters:
    ///   - model: Which weights.
    ///   - device: `auto` (the best OpenCL device, else the CPU path), `cpu` (the CPU path), `gpu`,
    ///     `PLATFORM:DEVICE` as `clinfo -l` numbers them, part of a device's name, or `all`, which is every
    ///     GPU, or every OpenCL device if there is no GPU. Several devices share batches; a call that
    ///     embeds one recording on disk uses the first of them.
    ///   - precision: How weights and activations are stored. Half precision is for GPUs; `auto` on
    ///     a machine without any OpenCL device computes in single precision, and says so.
    ///   - logger: Where to say which device was taken and what is unusual about the checkpoint; nowhere
    ///     where nil.
    ///   - download: Called often while a model comes from the hub, on the calling thread.
    /// - Throws: ``EchoError`` of kind `model` if the checkpoint cannot be used; of kind `device` if a
    ///   device that was asked for is not there, or the matrix unit that `$ECHO_MATRIX` names gives wrong
    ///   results; of kind `usage` if the CPU path is asked for half precision; for a model of the hub
    ///   also those of ``ModelHub/model(_:revision:asking:progress:)``.
    public convenience init(
        model: Model, device: String = "auto", precision: Precision = .fp32,
        logger: Logger? = nil, download: @escaping (ModelHub.Progress) -> Void = { _ in }
    ) throws(EchoError) {
        try self.init(
            model: model, devices: [device], precision: precision, logger: logger, trace: nil,
            download: download)
    }

    /// Likewise with several devices, which share batches of signals, of spectrograms and of recordings.
    ///
    /// - Parameters:
    ///   - model: Which weights.
    ///   - devices: One or more, each as for ``init(model:device:precision:logger:download:)``.
    ///   - precision: How weights and activations are stored, on all of them.
    ///   - logger: As there.
    ///   - download: As there.
    /// - Throws: ``EchoError`` as that does; of kind `usage` if there is none, or a name is two devices'.
    public convenience init(
        model: Model, devices: [String], precision: Precision = .fp32, logger: Logger? = nil,
        download: @escaping (ModelHub.Progress) -> Void = { _ in }
    ) throws(EchoError) {
        guard !devices.isEmpty else {
            throw EchoError(.usage, "no device is named; name at least one, or take \"auto\"")
        }
        try self.init(
            model: model, devices: devices, precision: precision, logger: logger, trace: nil,
            download: download)
    }

    /// Likewise, and puts down what they do.
    package convenience init(
        model: Model, devices: [String], precision: Precision = .fp32, logger: Logger?,
        trace: Trace?, download: @escaping (ModelHub.Progress) -> Void = { _ in }
    ) throws(EchoError) {
        // Drivers and their compilers end the process where they get none.
        try EchoError.translating {
            try MemoryRoom.require(MemoryRoom.reserve, for: "the model and the device")
        }
        let weights = try model.weights(logger: logger, progress: download)
        for warning in weights.warnings { logger?.warning("\(warning)") }
        if !weights.isTrained {
            logger?.warning(
                """
                the weights are untrained: their embeddings mean nothing. Use a checkpoint, such as \
                --model yucongzh/echo-tiny-0828 of Hugging Face.
                """)
        }
        let choices = try EchoError.translating {
            try DeviceChoice.several(
                devices.map { DeviceSelector($0) }, precision: precision, trace: trace)
        }
        let engines = try EchoError.translating {
            try choices.map {
                let judged = try $0.judged(
                    for: weights.configuration,
                    by: MatrixTrial(progress: { logger?.notice("\($0)") }))
                return Engine(weights: weights, choice: judged)
            }
        }
        for engine in engines {
            if let warning = engine.deviceWarning { logger?.warning("\(warning)") }
            logger?.notice("\(engine.deviceReason)")
            if let unit = engine.matrixReason { logger?.debug("\(unit)") }
            if let tiles = engine.tilingReason { logger?.debug("\(tiles)") }
        }
        self.init(engines, weights)
    }

    /// Takes engines that run `weights`, at least one.
    package init(_ engines: [Engine], _ weights: Weights) {
        self.engines = engines
        self.weights = weights
        engine = engines[0]
        configuration = weights.configuration
        modelName = weights.name
    }

    /// The device's name, of several their names; `CPU path (oneDNN)` if no OpenCL device is used.
    public var deviceName: String { engines.map(\.deviceName).joined(separator: ", ") }

    /// How weights and activations are stored.
    public var precision: Precision { engine.precision }

    /// Which device was taken first, and why: a line.
    package var deviceReason: String { engine.deviceReason }

    /// Why what `echo-gpu tune` kept for the device is not used; nil if there is nothing to say.
    package var deviceWarning: String? { engine.deviceWarning }
}
