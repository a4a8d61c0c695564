import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct VerifyCommandTests {
    private static let kernels = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../Kernels").standardized

    @Test func everyOperationAndTheEncoderAgree() throws {
        let result = try EchoGPUProcess(["verify"])
        #expect(result.status == 0, "\(result.standardOutput)")
        for name in ["stft", "matmul", "attention", "layer_norm", "encoder.utterance"] {
            #expect(result.standardOutput.contains(name))
        }
        #expect(result.standardOutput.contains("agree with the CPU path"))
    }

    /// A gather of zeros: the operation fails, and of the encoder's nodes the gather and none before it.
    @Test func aBrokenKernelIsFoundAndNamed() throws {
        let folder = try ScratchFolder()
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.kernels.path)
        for name in files where name.hasSuffix(".cl") {
            var source = try String(
                contentsOf: Self.kernels.appendingPathComponent(name), encoding: .utf8)
            if name == "gather.cl" {
                let right = "row[c] = source[c];"
                try #require(source.contains(right))
                source = source.replacing(right, with: "row[c] = 0;")
            }
            try folder.text(name, source)
        }
        let environment = ["ECHO_KERNEL_DIR": folder.path]
        let operations = try EchoGPUProcess(["verify"], environment: environment)
        #expect(operations.status == 1, "\(operations.standardError)")
        #expect(operations.standardOutput.contains(#/gather .* NO\n/#))
        #expect(operations.standardOutput.contains(#/matmul .* yes\n/#))
        let nodes = try EchoGPUProcess(["verify", "--trace-nodes"], environment: environment)
        #expect(nodes.status == 1)
        #expect(nodes.standardOutput.contains("The first: utterance.cls"))
    }

    /// Halves have kernels of their own; which ran is said.
    @Test func halvesAgree() throws {
        let result = try EchoGPUProcess(["verify", "--precision", "fp16"])
        #expect(result.status == 0, "\(result.standardOutput)\(result.standardError)")
        #expect(result.standardOutput.contains("agree with the CPU path"))
        #expect(result.standardError.contains("in half precision"))
        #expect(result.standardError.contains("Kernels: simt, matrix unit "))
        #expect(result.standardError.contains("Tiles: simt "))
    }

    /// The CPU path does not agree with itself: there is nothing to compare.
    @Test func withoutADeviceThereIsNothingToCompare() throws {
        let empty = try ScratchFolder()
        let asked = try EchoGPUProcess(["verify", "--device", "cpu"])
        let none = try EchoGPUProcess(["verify"], environment: ["OCL_ICD_VENDORS": empty.path])
        for result in [asked, none] {
            #expect(result.status == 69)
            #expect(result.standardError.contains("nothing to compare"), "\(result.standardError)")
            #expect(result.standardOutput.isEmpty)
        }
        #expect(none.standardError.contains("No OpenCL platform found"))
    }

    @Test func aDeviceThatIsNotThere() throws {
        let result = try EchoGPUProcess(["verify", "--device", "99:0"])
        #expect(result.status == 69)
        #expect(result.standardError.contains("99:0"))
    }
}
