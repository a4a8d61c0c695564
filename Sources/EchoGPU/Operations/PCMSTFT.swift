import EchoGraph
import EchoOpenCL
import EchoTensor

extension PCMSTFT: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> { STFT.sizes(family) }

    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        backend.family == .simd ? "CPU devices convert samples once, before the frames" : nil
    }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        // The segments' first samples (inputs[1]) stand in the blocks.
        let samples = try [inputs[0], inputs[2], inputs[3]].map {
            KernelArgument.buffer(try backend.buffer($0))
        }
        try stft.enqueueSIMT(
            on: backend, samples: samples, options: ["-DFROM_CODES"],
            .buffer(try backend.buffer(inputs[4])), to: output)
    }
}
