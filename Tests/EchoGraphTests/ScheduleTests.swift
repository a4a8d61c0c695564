import EchoGraph
import EchoTensor
import Testing

/// Which nodes run, when, and how long values are needed.
@Suite(.timeLimit(.minutes(20))) struct ScheduleTests {
    @Test func nodesThatNoOutputNeedsAreLeftOut() throws {
        var graph = Graph()
        let x = graph.input("x", TensorType([1]))
        let unused = graph.input("unused", TensorType([1]))
        let a = try graph.add(Negate(), [x], label: "a")
        let dead = try graph.add(Negate(), [a], label: "dead")
        let deader = try graph.add(Blend(count: 1), [dead, unused], label: "deader")
        let b = try graph.add(Negate(), [a], label: "b")
        graph.output("b", b)

        let schedule = Schedule(graph)
        #expect(schedule.order.map { graph.nodes[$0].label } == ["a", "b"])
        for value in [dead, deader, unused] { #expect(schedule.lastUse[value.index] == nil) }
    }

    @Test func lastUsesAreTheLastReadersSteps() throws {
        var graph = Graph()
        let x = graph.input("x", TensorType([1]))
        let weight = graph.constant(vector(2))
        let a = try graph.add(Blend(count: 1), [x, weight], label: "a")
        let b = try graph.add(Blend(count: 1), [a, a], label: "b")
        let c = try graph.add(Blend(count: 1), [b, x], label: "c")
        graph.output("c", c)
        graph.output("a", a)

        let schedule = Schedule(graph)
        #expect(schedule.order == [0, 1, 2])
        #expect(schedule.lastUse[x.index] == 2)
        #expect(schedule.lastUse[weight.index] == 0)
        #expect(schedule.lastUse[b.index] == 2)
        #expect(schedule.lastUse[a.index] == 3, "an output lives to the end")
        #expect(schedule.lastUse[c.index] == 3)
    }

    @Test func aGraphWithoutNodesHasNothingToRun() {
        var graph = Graph()
        let x = graph.input("x", TensorType([1]))
        graph.output("x", x)
        let schedule = Schedule(graph)
        #expect(schedule.order.isEmpty)
        #expect(schedule.lastUse == [0])
        #expect(Schedule(Graph()).order.isEmpty)
    }

    @Test(arguments: 0..<200)
    func everyNodeRunsOnceAfterItsInputs(seed: UInt64) throws {
        let graph = try RandomGraph(seed: seed).graph
        let schedule = Schedule(graph)
        var done = Set<Int>()
        for number in schedule.order {
            for input in graph.nodes[number].inputs {
                if case .node(let before) = graph.sources[input.index] {
                    #expect(done.contains(before))
                }
            }
            #expect(done.insert(number).inserted)
        }
        for output in graph.outputs {
            if case .node(let number) = graph.sources[output.value.index] {
                #expect(done.contains(number))
            }
        }
    }
}
