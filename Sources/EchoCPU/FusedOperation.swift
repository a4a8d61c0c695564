import EchoGraph
import EchoInvariant
import EchoTensor

extension MatMulNorm: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        runOneByOne(definition(for: inputs), on: inputs, to: output)
    }
}

extension PCMSTFT: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        runOneByOne(definition(for: inputs), on: inputs, to: output)
    }
}

extension MLP: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        runOneByOne(definition(for: inputs), on: inputs, to: output)
    }
}

extension EncoderLayer: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        runByGroups(on: inputs, to: output)
    }
}

extension EncoderStack: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        runByGroups(on: inputs, to: output)
    }
}

/// Operations on rows, offsets of sequences, groups of whole sequences, and weights.
extension FusedOperation {
    /// Takes each group of sequences through all that the operation stands for on one thread, so that what
    /// lies between stays in its cache.
    fileprivate func runByGroups(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (groups, width) = (inputs[2], inputs[0].shape[1])
        let parts = parts(of: inputs)
        var definitions: [[TensorType]: Graph] = [:]
        for part in parts where definitions[part.map(\.type)] == nil {
            definitions[part.map(\.type)] = definition(for: part)
        }
        concurrently(parts.count) { group in
            guard let definition = definitions[parts[group].map(\.type)] else {
                invariantFailure("a group without its operations")
            }
            runOneByOne(
                definition, on: parts[group],
                to: output + groups.rows(ofGroup: group).lowerBound * width)
        }
    }

    /// The inputs of each group: its rows, its sequences, itself as the only group, and the weights.
    private func parts(of inputs: [CPUView]) -> [[CPUView]] {
        let (x, starts, groups) = (inputs[0], inputs[1].ints, inputs[2])
        var sequence = 0
        return (0..<groups.groupCount).map { group in
            let rows = groups.rows(ofGroup: group)
            var offsets: [Int32] = []
            while sequence < starts.count - 1, starts[sequence] < rows.upperBound {
                offsets.append(starts[sequence] - Int32(rows.lowerBound))
                sequence += 1
            }
            invariant(
                offsets.first ?? 0 == 0 && Int(starts[sequence]) == rows.upperBound,
                "a group is whole sequences")
            let end = Int32(rows.count)
            return [x.rows(rows), CPUView(offsets + [end]), CPUView([0, end])] + inputs[3...]
        }
    }
}

extension FusedOperation {
    /// The operations that it stands for.
    fileprivate func definition(for inputs: [CPUView]) -> Graph {
        guard let (graph, _) = try? expanded(inputs.map(\.type)) else {
            invariantFailure("what outputType(for:) accepts expands")
        }
        return graph
    }

    /// Runs the operations that it stands for one after the other.
    fileprivate func runOneByOne(
        _ graph: Graph, on inputs: [CPUView], to output: UnsafeMutablePointer<Float>
    ) {
        var values: [Graph.Value: CPUView] = [:]
        for (index, source) in graph.sources.enumerated() {
            switch source {
            case .input(let name):
                guard let number = Int(name), inputs.indices.contains(number) else {
                    invariantFailure("\(name) is no input of \(inputs.count)")
                }
                values[Graph.Value(index: index)] = inputs[number]
            case .constant: invariantFailure("a fused operation takes its constants as inputs")
            case .node: continue
            }
        }
        for (number, node) in graph.nodes.enumerated() {
            guard let operation = node.operation as? any CPUOperation<Float> else {
                invariantFailure("the CPU path does not define \(node.operation.stem)")
            }
            let operands = node.inputs.map { input in
                guard let operand = values[input] else {
                    invariantFailure("value \(input.index) is read before it is computed")
                }
                return operand
            }
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
