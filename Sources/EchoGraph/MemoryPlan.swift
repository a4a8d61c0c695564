import EchoTensor

/// Which buffer holds each value: values whose lifetimes do not overlap share one.
///
/// Greedy by first use: a value takes the smallest free buffer that holds it, else the largest free
/// one, which grows, else a new one. Inputs and outputs have a buffer each, since the host writes and
/// reads them while the nodes of other runs are at work. Constants are not planned; backends keep them.
package struct MemoryPlan: Sendable {
    /// Per value: the number of its buffer; nil for constants and for values nobody touches.
    package let slots: [Int?]
    /// Bytes of each buffer.
    package let slotByteCounts: [Int]
    /// The buffers of inputs and outputs.
    package let exchangeSlots: Set<Int>
    /// Bytes that all values would take without reuse.
    package let totalByteCount: Int

    /// Bytes that the plan takes.
    package var peakByteCount: Int { slotByteCounts.reduce(0, +) }

    /// Plans the inputs and intermediate values of `graph`, run in the order of `schedule`.
    package init(_ graph: Graph, _ schedule: Schedule) {
        var slots = [Int?](repeating: nil, count: graph.types.count)
        var sizes: [Int] = []
        var free: [Int] = []
        var exchange = Set<Int>()
        var total = 0
        let outputs = Set(graph.outputs.map(\.value))

        func take(_ value: Graph.Value, isInput: Bool = false) {
            let bytes = graph.type(of: value).byteCount
            total += bytes
            if isInput || outputs.contains(value) {
                exchange.insert(sizes.count)
                slots[value.index] = sizes.count
                sizes.append(bytes)
                return
            }
            let fitting = free.filter { sizes[$0] >= bytes }.min { sizes[$0] < sizes[$1] }
            if let slot = fitting ?? free.max(by: { sizes[$0] < sizes[$1] }) {
                free.removeAll { $0 == slot }
                sizes[slot] = max(sizes[slot], bytes)
                slots[value.index] = slot
            } else {
                slots[value.index] = sizes.count
                sizes.append(bytes)
            }
        }

        // Inputs are all uploaded before the first step, so each lives from the start.
        for index in graph.types.indices where schedule.lastUse[index] != nil {
            if case .input = graph.sources[index] {
                take(Graph.Value(index: index), isInput: true)
            }
        }
        for (step, number) in schedule.order.enumerated() {
            let node = graph.nodes[number]
            // The output is placed before the inputs are freed: no operation works in place.
            take(node.output)
            for value in Set(node.inputs + [node.output])
            where schedule.lastUse[value.index] == step {
                if let slot = slots[value.index], !exchange.contains(slot) { free.append(slot) }
            }
            free.sort()
        }
        self.slots = slots
        slotByteCounts = sizes
        exchangeSlots = exchange
        totalByteCount = total
    }
}
