import EchoTestSupport
import Foundation
import Testing

/// Kernels that compute a little wrong, far less than a wrong result shows: `verify` has to see it, or
/// what it allows is too much.
@Suite(.serialized, .timeLimit(.minutes(20))) struct MutatedKernelTests {
    private static let kernels = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../Kernels").standardized

    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// `verify` with this in front of what all kernels share; the operations that it finds wrong.
    private func wrongOperations(_ head: String) throws -> Set<String> {
        let common = Self.kernels.appendingPathComponent("common.cl")
        let source = try String(contentsOf: common, encoding: .utf8)
        try folder.text("common.cl", head + "\n" + source)
        let result = try EchoGPUProcess(["verify"], environment: ["ECHO_KERNEL_DIR": folder.path])
        #expect([0, 1].contains(result.status), "\(result.standardError)")
        let wrong = result.standardOutput.split(separator: "\n").filter { $0.hasSuffix("NO") }
        return Set(wrong.compactMap { $0.split(separator: " ").first.map(String.init) })
    }

    /// Whether there is a device that compiles kernels at all.
    private static func hasDevice() throws -> Bool {
        try EchoGPUProcess(["devices"]).standardOutput.contains("0:0")
    }

    /// A hundred-thousandth too much in every product that is summed: a constant with a digit too few.
    @Test func productsThatAreALittleTooLarge() throws {
        guard try Self.hasDevice() else { return }
        let wrong = try wrongOperations("#define fma(a, b, c) mad((a) * 1.00001f, (b), (c))")
        for operation in ["stft", "patch_embed", "matmul", "attention", "layer_norm"] {
            #expect(wrong.contains(operation), "\(operation) is let pass: \(wrong)")
        }
    }

    /// A root to some 14 bits, as a device's own may be: the spectrogram's magnitudes, a norm's deviation.
    @Test func rootsThatAreALittleTooLarge() throws {
        guard try Self.hasDevice() else { return }
        let wrong = try wrongOperations("#define sqrt(x) native_sqrt((x) * 1.0001f)")
        #expect(wrong.isSuperset(of: ["stft", "layer_norm"]), "\(wrong)")
    }
}
