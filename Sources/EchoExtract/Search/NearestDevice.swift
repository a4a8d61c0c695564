import EchoCPU
import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoScore

/// A device that finds nearest rows.
package struct NearestDevice {
    package let name: String
    /// Which device, and why.
    package let reason: String
    /// Why what `tune` kept is not used, or compiled kernels are not kept as usual; nil if nothing is to say.
    package let warning: String?
    package let finder: any DeviceSearch

    /// Opens a device. What it computes is proved in single precision: its matrix units, whose products are
    /// less than that, are left alone.
    ///
    /// - Parameters:
    ///   - blockByteCount: Bytes of rows that it is given at a time; nil for what suits it.
    ///   - progress: Told now and then how many rows of a bank are done.
    /// - Throws: ``EchoError`` if a device that was asked for is missing; with `.auto` the CPU path takes
    ///   its place.
    package init(
        _ selector: DeviceSelector, blockByteCount: Int? = nil,
        progress: (@Sendable (_ rowsDone: Int) -> Void)? = nil
    ) throws(EchoError) {
        self = try EchoError.translating {
            guard selector != .cpuPath else {
                return NearestDevice(nil, "it was asked for", blockByteCount, progress)
            }
            do {
                let device = try selector.select(from: Platform.listed().flatMap(\.devices))
                let backend = try GPUBackend(device, unit: .off)
                return NearestDevice(
                    backend,
                    selector == .auto ? "the best OpenCL device here" : "it was asked for",
                    blockByteCount, progress)
            } catch let error as OpenCLError where selector == .auto {
                return NearestDevice(
                    nil, "no OpenCL device could be used: \(error)", blockByteCount, progress)
            }
        }
    }

    private init(
        _ backend: GPUBackend?, _ reason: String, _ blockByteCount: Int?,
        _ progress: (@Sendable (Int) -> Void)?
    ) {
        name = backend?.name ?? CPUBackend.name
        self.reason = "Device: \(name) (\(reason))"
        let warnings = [backend?.tuningWarning, backend?.cacheWarning].compactMap(\.self)
        warning = warnings.isEmpty ? nil : warnings.joined(separator: " ")
        finder =
            if let backend {
                NearestSearch(
                    Executor(backend, fallback: CPUBackend()),
                    blockByteCount: blockByteCount ?? Self.blockByteCount(backend.device),
                    progress: progress)
            } else {
                NearestSearch(
                    Executor(CPUBackend(), fallback: CPUBackend()),
                    blockByteCount: blockByteCount ?? BlockSize.usual, progress: progress)
            }
    }

    /// A device holds two blocks, and what its products leave; none of them may exceed an allocation.
    private static func blockByteCount(_ device: Device) -> Int {
        let fitting = min(
            device.globalMemoryByteCount / 16, device.maximumAllocationByteCount / 2)
        return min(BlockSize.usual, fitting)
    }
}
