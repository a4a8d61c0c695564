import EchoGraph

extension EncoderLayer: CPUOperation {}
extension MatMulNorm: CPUOperation {}

extension CPUOperation where Self: FusedOperation {
    /// Runs the operations that it stands for one after the other.
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        guard let (graph, _) = try? expanded(inputs.map(\.type)) else {
            preconditionFailure("what outputType(for:) accepts expands")
        }
        var values: [Graph.Value: CPUView] = [:]
        for (index, source) in graph.sources.enumerated() {
            if case .input(let name) = source, let number = Int(name) {
                values[Graph.Value(index: index)] = inputs[number]
            }
        }
        for (number, node) in graph.nodes.enumerated() {
            guard let operation = node.operation as? any CPUOperation else {
                preconditionFailure("the CPU path does not define \(node.operation.stem)")
            }
            let operands = node.inputs.compactMap { values[$0] }
            if number == graph.nodes.count - 1 {
                operation.run(on: operands, to: output)
            } else {
                let type = graph.type(of: node.output)
                let buffer = CPUBackend.Buffer(byteCount: type.byteCount)
                operation.run(on: operands, to: buffer.floats(type.shape.elementCount))
                values[node.output] = CPUView(
                    type, UnsafeRawBufferPointer(buffer.bytes), owner: buffer)
            }
        }
    }
}
