import EchoGraph
import EchoOpenCL

extension MatMul: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> { Tiling.productSizes(family) }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let settings: [KernelArgument] = [.int(epilogue == .gelu ? 1 : 0)]
        if let matrix = backend.productMatrix(self, inputs.map(\.type)) {
            let bias = try backend.buffer(inputs[2], packing: .padded(multiple: matrix.columns))
            try backend.enqueueProduct(
                self, in: matrix, inputs, plus: [bias], to: output, settings: settings)
        } else {
            let tiling = backend.tiling.fitted(
                toColumns: inputs[1].type.shape[0], backend.family)
            let bias = try backend.buffer(
                inputs[2], packing: .padded(multiple: tiling.panelColumns(backend.family)))
            try backend.enqueueProduct(
                Self.stem, inputs, plus: [bias], to: output, settings: settings,
                tiling: tiling == backend.tiling ? nil : tiling)
        }
    }
}
