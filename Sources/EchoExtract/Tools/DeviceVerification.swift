import EchoCPU
import EchoGraph
import EchoModel
import EchoOpenCL
import EchoVerify

/// Whether a device computes what the CPU path does.
package struct DeviceVerification: Sendable {
    /// Which device, and why, in a line.
    package let deviceReason: String
    /// Why what `tune` kept for it is not used; nil where there is nothing to say.
    package let deviceWarning: String?
    /// Every operation and the whole encoder, or every node of the encoder in running order.
    package let checks: [Check]

    /// Computes seeded inputs on a device and on the CPU path.
    ///
    /// - Parameters:
    ///   - device: As ``Echo`` takes it. The CPU path is compared with itself.
    ///   - tracingNodes: Every node of the encoder's graph, each from the CPU path's values, instead
    ///     of the operations one by one and the encoder as a whole.
    /// - Throws: ``EchoError`` of kind `device` where it is missing or fails.
    package init(device: String, tracingNodes: Bool) throws(EchoError) {
        let choice = try EchoError.translating { try DeviceChoice(DeviceSelector(device)) }
        deviceReason = choice.reason
        deviceWarning = choice.warning
        checks = try EchoError.translating {
            if let backend = choice.backend {
                return try Self.checks(Verification(backend), tracingNodes)
            }
            return try Self.checks(Verification(CPUBackend()), tracingNodes)
        }
    }

    /// The first check that fails; nil where the device can be relied on.
    package var firstFailure: Check? { checks.first { !$0.passes } }

    private static func checks<B: Backend>(
        _ verification: Verification<B>, _ tracingNodes: Bool
    ) throws -> [Check] {
        let weights = Weights.synthetic(seed: 1)
        return tracingNodes
            ? try verification.nodes(weights)
            : try verification.operations() + verification.encoder(weights)
    }
}
