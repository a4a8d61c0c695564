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
/// Embeddings of a recording are bit-identical whatever batch or company it is embedded in, on a given
/// device. An instance may be used from several threads; the device runs one batch at a time.
///
/// Source: "ECHO: Frequency-aware Hierarchical Encoding for Variable-length Signals", arXiv 2508.14689.
public final class Echo: Sendable {
    /// The version of this package.
    public static let version = "0.1.0"

    /// Which weights to use.
    public enum Model: Hashable, Sendable {
        /// A checkpoint made in memory from seed 1: untrained, to try things without a download.
        case demo
        /// A folder with `model.safetensors` (and perhaps `config.json`), or a `.safetensors` file.
        case path(String)
    }

    /// What the weights are called: the name of their folder or file.
    public let modelName: String
    /// The sizes of the encoder that was loaded.
    public let configuration: Configuration
    package let engine: Engine

    /// Loads a model and opens a device.
    ///
    /// - Parameters:
    ///   - model: Which weights.
    ///   - device: `auto` (the best OpenCL device, else the CPU path), `cpu` (the CPU path), `gpu`,
    ///     `PLATFORM:DEVICE` as `clinfo -l` numbers them, or part of a device's name.
    ///   - precision: How weights and activations are stored. Half precision is for GPUs; `auto` on
    ///     a machine without any OpenCL device computes in single precision, and says so.
    ///   - logger: Where to say which device was taken and what is odd about the checkpoint; nowhere
    ///     where nil.
    /// - Throws: ``EchoError`` of kind `model` where the checkpoint cannot be used, of kind `device`
    ///   where a device that was asked for is not there, of kind `usage` where the CPU path is asked
    ///   for half precision.
    public convenience init(
        model: Model = .demo, device: String = "auto", precision: Precision = .fp32,
        logger: Logger? = nil
    ) throws(EchoError) {
        let weights =
            switch model {
            case .demo: Weights.synthetic(seed: 1)
            case .path(let path): try EchoError.translating { try Weights.load(path: path) }
            }
        for warning in weights.warnings { logger?.warning("\(warning)") }
        if !weights.isTrained {
            logger?.warning(
                """
                the weights (\(weights.name)) are untrained: their embeddings mean nothing. Use a \
                checkpoint, such as yucongzh/echo-tiny-0828 of Hugging Face.
                """)
        }
        let engine = try EchoError.translating {
            try Engine(
                weights: weights, device: DeviceSelector(device), precision: precision)
        }
        logger?.notice("\(engine.deviceReason)")
        self.init(engine, weights)
    }

    /// Takes an engine that runs `weights`.
    package init(_ engine: Engine, _ weights: Weights) {
        self.engine = engine
        configuration = weights.configuration
        modelName = weights.name
    }

    /// The device's name; `CPU path (OpenBLAS)` where no OpenCL device is used.
    public var deviceName: String { engine.deviceName }

    /// How weights and activations are stored.
    public var precision: Precision { engine.precision }

    /// Which device was taken, and why: a line.
    package var deviceReason: String { engine.deviceReason }
}
