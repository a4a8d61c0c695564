import EchoGraph

extension MatMulNorm: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        runOneByOne(on: inputs, to: output)
    }
}

extension EncoderLayer: CPUOperation {
    /// Takes each group of sequences through all seven operations on one thread, so that what lies
    /// between them stays in its cache.
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (x, starts, groups) = (inputs[0], inputs[1].ints, inputs[2])
        let width = x.shape[1]
        var sequence = 0
        let offsets = (0..<groups.groupCount).map { group in
            let rows = groups.rows(ofGroup: group)
            var offsets: [Int32] = []
            while sequence < starts.count - 1, starts[sequence] < rows.upperBound {
                offsets.append(starts[sequence] - Int32(rows.lowerBound))
                sequence += 1
            }
            precondition(
                offsets.first ?? 0 == 0 && Int(starts[sequence]) == rows.upperBound,
                "a group is whole sequences")
            return offsets + [Int32(rows.count)]
        }
        concurrently(groups.groupCount) { group in
            let rows = groups.rows(ofGroup: group)
            runOneByOne(
                on: [x.rows(rows), CPUView(offsets[group]), CPUView([0, Int32(rows.count)])]
                    + inputs[3...],
                to: output + rows.lowerBound * width)
        }
    }
}

extension FusedOperation {
    /// Runs the operations that it stands for one after the other.
    fileprivate func runOneByOne(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
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
