import EchoInvariant
import EchoTensor

extension Graph {
    /// What a run of nodes amounts to: one operation on values of the graph.
    struct Replacement {
        let nodeCount: Int
        let operation: any Operation
        let inputs: [Value]
        let label: String
    }

    /// The same computation with runs of nodes replaced by one node each, none of whose intermediate
    /// values is read elsewhere.
    ///
    /// - Parameter match: What the first of these nodes amount to; nil if they stay as they are.
    func replacingRuns(
        _ match: (ArraySlice<Node>) -> Replacement?
    ) throws(GraphError) -> Graph {
        var result = Graph()
        var values: [Value: Value] = [:]
        for (index, source) in sources.enumerated() {
            switch source {
            case .input(let name):
                values[Value(index: index)] = result.input(
                    name, types[index], within: inputLimits[name])
            case .constant(let tensor): values[Value(index: index)] = result.constant(tensor)
            case .node: continue
            }
        }
        var number = 0
        while number < nodes.count {
            let found = match(nodes[number...])
            let run = number..<number + (found?.nodeCount ?? 1)
            let replacement = found.flatMap { hidesItsInnerValues(run) ? $0 : nil }
            let last = nodes[replacement == nil ? number : run.upperBound - 1]
            let inputs = replacement?.inputs ?? last.inputs
            values[last.output] = try result.add(
                replacement?.operation ?? last.operation, inputs.map { known($0, values) },
                label: replacement?.label ?? last.label)
            number += replacement?.nodeCount ?? 1
        }
        for output in outputs {
            result.output(output.name, known(output.value, values))
        }
        return result
    }

    /// What a value became; it has to be there, since a graph computes before it reads.
    private func known(_ value: Value, _ values: [Value: Value]) -> Value {
        guard let known = values[value] else {
            invariantFailure("value \(value.index) is read before it is computed")
        }
        return known
    }

    /// True if nobody outside a run of nodes reads what its nodes but the last compute.
    private func hidesItsInnerValues(_ run: Range<Int>) -> Bool {
        let inner = Set(nodes[run].dropLast().map(\.output))
        return !outputs.contains { inner.contains($0.value) }
            && !nodes.enumerated().contains { index, node in
                !run.contains(index) && node.inputs.contains(where: inner.contains)
            }
    }
}
