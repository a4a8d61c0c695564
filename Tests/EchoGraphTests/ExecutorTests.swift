import EchoGraph
import EchoTensor
import Testing

/// Running graphs on a backend and the one behind it.
@Suite(.timeLimit(.minutes(20))) struct ExecutorTests {
    /// `y = blend(-x, weight)`, `z = -y`.
    private static func makeGraph() throws -> Graph {
        var graph = Graph()
        let x = graph.input("x", TensorType([3]))
        let weight = graph.constant(vector(10, 20))
        let negated = try graph.add(Negate(), [x], label: "first")
        let y = try graph.add(Blend(count: 4), [negated, weight], label: "second")
        graph.output("z", try graph.add(Negate(), [y], label: "third"))
        graph.output("y", y)
        return graph
    }
    private static let inputs = ["x": vector(1, 2, 3)]
    // i - x[i mod 3] + 2 weight[i mod 2]
    private static let y: [Float] = [19, 39, 19, 42]

    @Test func outputsAreWhatTheOperationsSay() throws {
        let primary = ArrayBackend("primary")
        let fallback = ArrayBackend("fallback")
        let run = try Executor(primary, fallback: fallback)
            .run(Self.makeGraph(), inputs: Self.inputs)
        #expect(run.outputs["y"]?.floats == Self.y)
        #expect(run.outputs["z"]?.floats == Self.y.map { -$0 })
        #expect(run.outputs.count == 2)
        #expect(run.declined.isEmpty)
        #expect(run.trace.isEmpty)
        #expect(primary.executed == ["negate", "blend", "negate"])
        #expect(primary.uploadCount == 1, "the constant is not uploaded as a value")
        #expect(primary.constantCount == 1)
        #expect(fallback.executed.isEmpty)
    }

    @Test func nodesThatThePrimaryDeclinesRunOnTheFallbackAndAreNamed() throws {
        let primary = ArrayBackend("primary", declining: ["negate"])
        let fallback = ArrayBackend("fallback")
        let run = try Executor(primary, fallback: fallback)
            .run(Self.makeGraph(), inputs: Self.inputs)
        #expect(run.outputs["z"]?.floats == Self.y.map { -$0 })
        #expect(run.declined.map(\.label) == ["first", "third"])
        #expect(run.declined.map(\.reason) == Array(repeating: "primary has no negate", count: 2))
        #expect(primary.executed == ["blend"])
        #expect(fallback.executed == ["negate", "negate"])
    }

    @Test func constantsReachTheFallbackAsConstants() throws {
        let primary = ArrayBackend("primary", declining: ["blend", "negate"])
        let fallback = ArrayBackend("fallback")
        let run = try Executor(primary, fallback: fallback)
            .run(Self.makeGraph(), inputs: Self.inputs)
        #expect(run.outputs["y"]?.floats == Self.y)
        #expect(primary.executed.isEmpty)
        #expect(fallback.constantCount == 1)
    }

    @Test func aTraceHoldsEveryNodesOutputInOrder() throws {
        let executor = Executor(
            ArrayBackend("primary", declining: ["blend"]), fallback: ArrayBackend("fallback"))
        let run = try executor.run(Self.makeGraph(), inputs: Self.inputs, tracing: true)
        #expect(run.trace.map(\.label) == ["first", "second", "third"])
        #expect(run.trace.map(\.stem) == ["negate", "blend", "negate"])
        #expect(run.trace.map(\.value.floats) == [[-1, -2, -3], Self.y, Self.y.map { -$0 }])
    }

    @Test func anObserverSeesEveryNodeOnceItIsFinished() throws {
        let primary = ArrayBackend("primary", declining: ["blend"])
        let executor = Executor(primary, fallback: ArrayBackend("fallback"))
        var seen: [String] = []
        _ = try executor.run(Self.makeGraph(), inputs: Self.inputs) { node, seconds in
            seen.append(node.label)
            #expect(seconds >= 0)
            // Once before it begins, once when it has run.
            #expect(primary.finishCount == 2 * seen.count)
        }
        #expect(seen == ["first", "second", "third"])
    }

    @Test func theGraphThatRunsIsThePrimarysRewriting() throws {
        var other = Graph()
        other.output("y", try other.add(Blend(count: 1), [other.constant(vector(5))], label: "5"))
        let rewritten = other
        let primary = ArrayBackend("primary") { _ in rewritten }
        let fallback = ArrayBackend("fallback") { _ in Graph() }
        let run = try Executor(primary, fallback: fallback).run(Self.makeGraph(), inputs: [:])
        #expect(run.outputs.mapValues(\.floats) == ["y": [5]])
    }

    @Test func memoryIsThePlansAndIsReturned() throws {
        let primary = ArrayBackend("primary", declining: ["blend"])
        let fallback = ArrayBackend("fallback")
        let graph = try Self.makeGraph()
        let plan = MemoryPlan(graph, Schedule(graph))
        let run = try Executor(primary, fallback: fallback).run(graph, inputs: Self.inputs)
        #expect(run.peakByteCount == plan.peakByteCount)
        #expect(run.totalByteCount == plan.totalByteCount)
        #expect(primary.liveBufferCount == 0)
        #expect(fallback.liveBufferCount == 0)
    }

    @Test(arguments: [true, false])
    func memoryIsReturnedAfterAFailure(onFallback: Bool) throws {
        let primary = ArrayBackend(
            "primary", declining: onFallback ? ["blend"] : [], failingOn: "blend")
        let fallback = ArrayBackend("fallback", failingOn: "blend")
        let executor = Executor(primary, fallback: fallback)
        #expect(throws: ArrayBackend.Failure.self) {
            try executor.run(Self.makeGraph(), inputs: Self.inputs)
        }
        #expect(primary.liveBufferCount == 0)
        #expect(fallback.liveBufferCount == 0)
    }

    @Test func aSubmittedRunKeepsItsOutputsUntilItIsRetired() throws {
        let primary = ArrayBackend("primary", declining: ["blend"])
        let executor = Executor(primary, fallback: ArrayBackend("fallback"))
        let inputs = Self.inputs.mapValues { GraphInput($0) }
        let first = try executor.submit(Self.makeGraph(), inputs: inputs)
        let second = try executor.submit(Self.makeGraph(), inputs: inputs)
        // Of each the input and two outputs.
        #expect(primary.liveBufferCount == 6)
        for submission in [second, first] {
            #expect(try submission.wait()["y"]?.floats == Self.y)
            #expect(submission.declined.map(\.label) == ["second"])
            executor.retire(submission)
        }
        #expect(primary.liveBufferCount == 0)
    }

    @Test func aMissingInputIsAnErrorThatSaysWhatIsMissing() throws {
        let executor = Executor(ArrayBackend("primary"), fallback: ArrayBackend("fallback"))
        let error = #expect(throws: GraphError.self) {
            try executor.run(Self.makeGraph(), inputs: ["y": vector(1, 2, 3)])
        }
        #expect(error?.description == "graph input x (float32 [3]) was not given")
    }

    @Test(arguments: [
        (vector(1, 2), "float32 [2]"), (HostTensor([1, 2, 3] as [Int32], [3]), "int32 [3]"),
        (HostTensor([1, 2, 3] as [Float], [1, 3]), "float32 [1, 3]"),
    ])
    func anInputOfAnotherTypeIsAnError(tensor: HostTensor, type: String) throws {
        let executor = Executor(ArrayBackend("primary"), fallback: ArrayBackend("fallback"))
        let error = #expect(throws: GraphError.self) {
            try executor.run(Self.makeGraph(), inputs: ["x": tensor])
        }
        #expect(error?.description == "graph input x takes float32 [3], got \(type)")
    }

    @Test func anInputThatNothingReadsNeedNotBeGiven() throws {
        var graph = try Self.makeGraph()
        _ = graph.input("unused", TensorType([1]))
        let executor = Executor(ArrayBackend("primary"), fallback: ArrayBackend("fallback"))
        #expect(try executor.run(graph, inputs: Self.inputs).outputs["y"]?.floats == Self.y)
    }

    @Test func inputsAndConstantsMayBeOutputs() throws {
        var graph = Graph()
        let x = graph.input("x", TensorType([3]))
        graph.output("same", x)
        graph.output("again", x)
        graph.output("constant", graph.constant(vector(7)))
        let executor = Executor(ArrayBackend("primary"), fallback: ArrayBackend("fallback"))
        let outputs = try executor.run(graph, inputs: Self.inputs).outputs
        #expect(outputs["same"]?.floats == [1, 2, 3])
        #expect(outputs["again"]?.floats == [1, 2, 3])
        #expect(outputs["constant"]?.floats == [7])
    }

    /// Any graph gives what it gives without schedule and plan, wherever its nodes run.
    @Test(arguments: 0..<100)
    func randomGraphsComputeWhatTheySay(seed: UInt64) throws {
        let random = try RandomGraph(seed: seed)
        let expected = random.expectedOutputs()
        for declined in [Set<String>(), ["blend"]] {
            let executor = Executor(
                ArrayBackend("primary", declining: declined), fallback: ArrayBackend("fallback"))
            let run = try executor.run(random.graph, inputs: random.inputs)
            #expect(run.outputs.mapValues(\.floats) == expected)
        }
    }
}
