import EchoGPU
import EchoModel
import EchoOpenCL
import EchoVerify

/// Whether a device computes what the CPU path does.
package struct DeviceVerification: Sendable {
    /// Which device, and why, in a line.
    package let deviceReason: String
    /// Which kernels run on it: their family, precision, matrix unit and tiles, a line each.
    package let kernels: [String]
    /// Why what `tune` kept for it is not used; nil if there is nothing to say.
    package let deviceWarning: String?
    /// Every operation and the whole encoder, or every node of the encoder in running order.
    package let checks: [Check]

    /// Computes seeded inputs on a device and on the CPU path.
    ///
    /// - Parameters:
    ///   - device: As ``Echo`` takes it.
    ///   - precision: How weights and activations are stored; the CPU path gets the same halves.
    ///   - tracingNodes: Every node of the encoder's graph, each from the CPU path's values, instead
    ///     of the operations one by one and the encoder as a whole.
    /// - Throws: ``EchoError`` of kind `device` if it is missing or fails, or if it is the CPU path, which is what
    ///   devices are compared with.
    package init(
        device: String, precision: Echo.Precision = .fp32, tracingNodes: Bool
    ) throws(EchoError) {
        let choice = try EchoError.translating {
            let selector = DeviceSelector(device)
            guard selector != .cpuPath else { throw Self.nothingToCompare("it was asked for") }
            return try DeviceChoice(selector, precision: precision)
        }
        guard let backend = choice.backend else { throw Self.nothingToCompare(choice.reason) }
        deviceReason = choice.reason
        deviceWarning = choice.warning
        kernels = [choice.matrixReason, choice.tilingReason].compactMap(\.self)
        checks = try EchoError.translating { try Self.checks(backend, tracingNodes) }
    }

    private static func nothingToCompare(_ reason: String) -> EchoError {
        EchoError(
            .device,
            """
            there is nothing to compare: devices are compared with the CPU path, and this is the CPU path \
            (\(reason)). Name an OpenCL device of 'echo-gpu devices'.
            """)
    }

    /// The first check that fails; nil if the device can be relied on.
    package var firstFailure: Check? { checks.first { !$0.passes } }

    private static func checks(_ backend: GPUBackend, _ tracingNodes: Bool) throws -> [Check] {
        let verification = Verification(backend)
        let (weights, storage) = (Weights.synthetic(seed: 1), backend.storage)
        return tracingNodes
            ? try verification.nodes(weights, storing: storage)
            : try verification.operations(storing: storage)
                + verification.encoder(weights, storing: storage)
    }
}
