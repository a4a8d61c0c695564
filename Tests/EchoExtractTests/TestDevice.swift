import EchoExtract
import EchoGPU
import EchoGraph
import EchoModel
import EchoOpenCL
import EchoTensor
import EchoTestSupport

/// Where the encoder runs in tests: the CPU path, and both families of kernels on the first device
/// of every OpenCL platform that is installed.
struct TestDevice: Sendable, CustomStringConvertible {
    private let device: Device?
    private let family: KernelFamily?
    private var storage = ElementType.float32
    private var unit: MatrixUnit?

    static let all: [TestDevice] =
        [TestDevice(device: nil, family: nil)]
        + ((try? Platform.all()) ?? []).compactMap(\.devices.first).flatMap { device in
            KernelFamily.allCases.map { TestDevice(device: device, family: $0) }
        }

    /// The OpenCL devices, storing halves.
    static let halves: [TestDevice] =
        ((try? Platform.all()) ?? []).compactMap(\.devices.first).map {
            TestDevice(device: $0, family: .simt, storage: .float16)
        }

    /// The OpenCL devices but pocl, which takes minutes to compile one, with an emulated matrix unit: in single
    /// precision, and with the encoder's layers as one kernel in half.
    static let matrixUnits = emulating(.float32)
    static let matrixHalves = emulating(.float16)

    private static func emulating(_ storage: ElementType) -> [TestDevice] {
        ((try? Platform.all()) ?? []).compactMap(\.devices.first).filter { !$0.isPocl }.map {
            TestDevice(
                device: $0, family: .simt, storage: storage,
                unit: MatrixUnit(.nvidia, isEmulated: true))
        }
    }

    var description: String {
        guard let device, let family else { return "CPU path" }
        let unit = unit.map { ", \($0.name)" } ?? ""
        return "\(device.label), \(family)\(storage == .float16 ? ", fp16" : "")\(unit)"
    }

    var isCPUPath: Bool { device == nil }

    func engine(
        _ weights: Weights, trace: Trace? = nil, fallsBack: Bool = false
    ) throws -> Engine {
        let backend = try device.map { device in
            guard let unit else {
                return try DeviceChoice.open(device, family: family, storage: storage, trace)
            }
            return try GPUBackend(device, family: family, storage: storage, unit: .unit(unit))
        }
        return Engine(
            weights: weights,
            choice: DeviceChoice(
                backend: backend, reason: "a test's", trace: trace, fallsBack: fallsBack))
    }

    /// Stems of the operations that a graph comes to on the device.
    func stems(_ graph: Graph) throws -> Set<String> {
        let backend = try device.map { try GPUBackend($0, family: family, storage: storage) }
        return Set(try (backend?.rewrite(graph) ?? graph).nodes.map(\.operation.stem))
    }
}

extension Golden {
    /// The synthetic checkpoint that the case belongs to.
    var weights: Weights {
        Weights.synthetic(
            seed: weights_seed, gain: gain, configuration: config.dim == 384 ? .small : .tiny)
    }
}
