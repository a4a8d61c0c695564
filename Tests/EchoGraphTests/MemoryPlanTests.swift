import EchoGraph
import EchoTensor
import Testing

/// Which values share a buffer.
@Suite(.timeLimit(.minutes(20))) struct MemoryPlanTests {
    @Test(arguments: 0..<300)
    func valuesThatAreAliveTogetherNeverShareABuffer(seed: UInt64) throws {
        let graph = try RandomGraph(seed: seed).graph
        let schedule = Schedule(graph)
        let plan = MemoryPlan(graph, schedule)
        let lifetimes = lifetimes(of: graph, order: schedule.order)

        var planned: [Int: [(value: Int, life: ClosedRange<Int>)]] = [:]
        for value in graph.types.indices {
            #expect((plan.slots[value] != nil) == (lifetimes[value] != nil), "value \(value)")
            guard let slot = plan.slots[value], let life = lifetimes[value] else { continue }
            #expect(plan.slotByteCounts[slot] >= graph.types[value].byteCount)
            for other in planned[slot] ?? [] {
                #expect(!other.life.overlaps(life), "values \(other.value) and \(value)")
            }
            planned[slot, default: []].append((value, life))
        }
        #expect(planned.count == plan.slotByteCounts.count, "every buffer is used")
        for (slot, values) in planned {
            let isExchanged = values.contains { value, _ in
                graph.outputs.contains { $0.value.index == value }
                    || graph.sources[value].isInput
            }
            #expect(plan.exchangeSlots.contains(slot) == isExchanged)
            #expect(!isExchanged || values.count == 1, "the host's buffers hold one value each")
        }
        let bytes = planned.values.joined().map { graph.types[$0.value].byteCount }
        #expect(plan.totalByteCount == bytes.reduce(0, +))
        #expect(plan.peakByteCount == plan.slotByteCounts.reduce(0, +))
        #expect(plan.peakByteCount <= plan.totalByteCount)
    }

    @Test func aChainTakesTwoBuffersBetweenItsEnds() throws {
        var graph = Graph()
        var value = graph.input("x", TensorType([10]))
        for number in 0..<9 {
            value = try graph.add(Negate(), [value], label: "\(number)")
        }
        graph.output("y", value)
        let plan = MemoryPlan(graph, Schedule(graph))
        #expect(plan.slotByteCounts == [40, 40, 40, 40])
        #expect(plan.exchangeSlots == [0, 3])
        #expect(plan.totalByteCount == 400)
    }

    @Test func aFreeBufferGrowsWhereNoneHoldsTheValue() throws {
        var graph = Graph()
        var value = graph.input("x", TensorType([1]))
        for count in [2, 3, 4, 100, 1] {
            value = try graph.add(Blend(count: count), [value], label: "\(count)")
        }
        graph.output("y", value)
        #expect(MemoryPlan(graph, Schedule(graph)).slotByteCounts == [4, 16, 400, 4])
    }

    @Test func theSmallestFreeBufferThatFitsIsTaken() throws {
        var graph = Graph()
        let input = graph.input("x", TensorType([1]))
        let large = try graph.add(Blend(count: 100), [input], label: "large")
        let small = try graph.add(Blend(count: 10), [input], label: "small")
        let keep = try graph.add(Blend(count: 1), [large, small], label: "keep")
        let next = try graph.add(Blend(count: 8), [keep], label: "next")
        graph.output("last", try graph.add(Negate(), [next], label: "last"))
        let plan = MemoryPlan(graph, Schedule(graph))
        #expect(plan.slots[next.index] == plan.slots[small.index])
    }

    @Test func aConstantOutputNeedsNoBuffer() {
        var graph = Graph()
        let constant = graph.constant(vector(1, 2, 3))
        graph.output("constant", constant)
        let plan = MemoryPlan(graph, Schedule(graph))
        #expect(plan.slots == [nil])
        #expect(plan.peakByteCount == 0)
    }

    /// The encoder's pattern: wide values between narrow ones, and a residual that outlives them.
    @Test func layersReuseEachOthersBuffers() throws {
        func plan(layers: Int) throws -> MemoryPlan {
            var graph = Graph()
            var tokens = graph.input("tokens", TensorType([64]))
            for layer in 0..<layers {
                let qkv = try graph.add(Blend(count: 192), [tokens], label: "\(layer).qkv")
                let mixed = try graph.add(Blend(count: 64), [qkv], label: "\(layer).attention")
                let middle = try graph.add(
                    Blend(count: 64), [mixed, tokens], label: "\(layer).norm1")
                let hidden = try graph.add(Blend(count: 256), [middle], label: "\(layer).hidden")
                let back = try graph.add(Blend(count: 64), [hidden], label: "\(layer).projection")
                tokens = try graph.add(Blend(count: 64), [back, middle], label: "\(layer).norm2")
            }
            graph.output("tokens", tokens)
            return MemoryPlan(graph, Schedule(graph))
        }
        let (one, twelve) = (try plan(layers: 1), try plan(layers: 12))
        #expect(twelve.peakByteCount == one.peakByteCount, "depth costs no memory")
        #expect(twelve.peakByteCount < twelve.totalByteCount / 12)
    }

    /// The steps from a value's birth to its last reader, both included; read from the graph alone.
    private func lifetimes(of graph: Graph, order: [Int]) -> [Int: ClosedRange<Int>] {
        var lifetimes: [Int: ClosedRange<Int>] = [:]
        for (index, source) in graph.sources.enumerated() {
            var birth: Int?
            switch source {
            case .constant: continue
            case .input: birth = -1
            case .node(let number): birth = order.firstIndex(of: number)
            }
            let readers = order.indices.filter { step in
                graph.nodes[order[step]].inputs.contains { $0.index == index }
            }
            let isOutput = graph.outputs.contains { $0.value.index == index }
            guard let birth, let death = isOutput ? order.count : readers.last else { continue }
            lifetimes[index] = birth...death
        }
        return lifetimes
    }
}

extension Graph.Source {
    fileprivate var isInput: Bool {
        if case .input = self { true } else { false }
    }
}
