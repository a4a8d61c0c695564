import EchoGraph
import EchoTensor

/// A seeded graph of 1 to 40 blends over inputs, a constant and each other; some feed no output.
struct RandomGraph {
    private(set) var graph = Graph()
    private(set) var inputs: [String: HostTensor] = [:]
    private var random: SplitMix

    init(seed: UInt64) throws {
        random = SplitMix(state: seed)
        var values: [Graph.Value] = []
        for number in 0...random.below(3) {
            let name = "input \(number)"
            let tensor = randomVector()
            inputs[name] = tensor
            values.append(graph.input(name, tensor.type))
        }
        values.append(graph.constant(randomVector()))
        for number in 0...random.below(40) {
            let operands = (0...random.below(3)).map { _ in values[random.below(values.count)] }
            values.append(
                try graph.add(
                    Blend(count: 1 + random.below(30)), operands, label: "node \(number)"))
        }
        for number in 0...random.below(3) {
            graph.output("output \(number)", values[random.below(values.count)])
        }
    }

    /// The graph's outputs by name, each computed from its inputs with no schedule and no plan.
    func expectedOutputs() -> [String: [Float]] {
        var known: [[Float]] = []
        for source in graph.sources {
            switch source {
            case .input(let name): known.append(inputs[name]?.floats ?? [])
            case .constant(let tensor): known.append(tensor.floats)
            case .node(let number):
                let node = graph.nodes[number]
                let operation = node.operation as? any ArrayOperation
                known.append(operation?.values(node.inputs.map { known[$0.index] }) ?? [])
            }
        }
        return Dictionary(
            uniqueKeysWithValues: graph.outputs.map { ($0.name, known[$0.value.index]) })
    }

    private mutating func randomVector() -> HostTensor {
        let count = 1 + random.below(30)
        return HostTensor((0..<count).map { _ in Float(random.below(1000)) }, [count])
    }
}

/// SplitMix64.
struct SplitMix {
    var state: UInt64

    /// A number in `0 ..< bound`.
    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) >> 33) % bound
    }
}
