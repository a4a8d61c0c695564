/// The order in which a graph's nodes run: the nodes that an output needs, each after its inputs.
package struct Schedule: Sendable {
    /// Node numbers in running order.
    package let order: [Int]
    /// Per value: the step after which nobody reads it; nil if no scheduled step touches it.
    /// Outputs live to the end.
    package let lastUse: [Int?]

    /// Schedules `graph`; nodes that no output needs are left out.
    package init(_ graph: Graph) {
        var needed = Set<Int>()
        var open = graph.outputs.map(\.value)
        while let value = open.popLast() {
            guard case .node(let number) = graph.sources[value.index],
                needed.insert(number).inserted
            else { continue }
            open += graph.nodes[number].inputs
        }
        // Values exist before the nodes that read them, so construction order is a valid order.
        order = needed.sorted()

        var lastUse = [Int?](repeating: nil, count: graph.types.count)
        for (step, number) in order.enumerated() {
            lastUse[graph.nodes[number].output.index] = step
            for input in graph.nodes[number].inputs { lastUse[input.index] = step }
        }
        for output in graph.outputs { lastUse[output.value.index] = order.count }
        self.lastUse = lastUse
    }
}
