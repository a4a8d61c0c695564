import EchoCPU
import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoScore

/// Where nearest rows are looked for in tests: the CPU path, and both families of kernels on the first device of
/// every OpenCL platform that is installed.
struct NearestDevices: Sendable, CustomStringConvertible {
    private let device: Device?
    private let family: KernelFamily?

    static let all: [NearestDevices] =
        [NearestDevices(device: nil, family: nil)]
        + ((try? Platform.all()) ?? []).compactMap(\.devices.first).flatMap { device in
            KernelFamily.allCases.map { NearestDevices(device: device, family: $0) }
        }

    var description: String {
        guard let device, let family else { return "CPU path" }
        return "\(device.label), \(family)"
    }

    /// A search with blocks of some bytes.
    func search(blockByteCount: Int) throws -> any DeviceSearch {
        guard let device else {
            return NearestSearch(
                Executor(CPUBackend(), fallback: CPUBackend()), blockByteCount: blockByteCount)
        }
        let backend = try GPUBackend(device, family: family, unit: .off)
        return NearestSearch(
            Executor(backend, fallback: CPUBackend()), blockByteCount: blockByteCount)
    }
}
