import EchoGraph
import EchoTensor

/// An operation with seeded inputs: what tests, `verify` and benchmarks all run.
package struct OperationCase: Sendable, CustomStringConvertible {
    package let operation: any Operation
    /// The shape in words: `T=33 K=192 N=576`.
    package let shape: String
    package let inputs: [Input]
    /// Taken instead of the operation's own where these inputs amplify rounding more.
    package let tolerance: Tolerance

    init(
        operation: any Operation, shape: String, inputs: [Input], tolerance: Tolerance? = nil
    ) {
        self.operation = operation
        self.shape = shape
        self.inputs = inputs
        self.tolerance = tolerance ?? operation.tolerance(for: inputs.map(\.tensor.type))
    }

    /// An input and its place: part of the model, or given at every run.
    package struct Input: Sendable {
        package let tensor: HostTensor
        package let isConstant: Bool

        static func given(_ tensor: HostTensor) -> Input {
            Input(tensor: tensor, isConstant: false)
        }
        static func constant(_ tensor: HostTensor) -> Input {
            Input(tensor: tensor, isConstant: true)
        }
    }

    package var description: String { "\(operation.stem) \(shape)" }

    /// The operation alone as a graph, and its inputs; the output's name is `output`.
    ///
    /// - Parameter isExpanded: A fused operation is there as what it stands for: backends fuse it again if they can,
    ///   as in the encoder's graph.
    package func graph(
        isExpanded: Bool = false
    ) throws(GraphError) -> (graph: Graph, inputs: [String: HostTensor]) {
        var graph = Graph()
        var given: [String: HostTensor] = [:]
        var values: [Graph.Value] = []
        for (number, input) in inputs.enumerated() {
            if input.isConstant {
                values.append(graph.constant(input.tensor))
            } else {
                values.append(graph.input("input \(number)", input.tensor.type))
                given["input \(number)"] = input.tensor
            }
        }
        let output =
            if isExpanded, let fused = operation as? any FusedOperation {
                try fused.add(to: &graph, values)
            } else {
                try graph.add(operation, values, label: operation.stem)
            }
        graph.output("output", output)
        return (graph, given)
    }

    /// Every case of every operation.
    package static var all: [OperationCase] {
        PCM.cases + STFT.cases + PatchEmbed.cases + MatMul.cases + Attention.cases
            + AttentionPool.cases + LayerNorm.cases + Gather.cases + MatMulNorm.cases
            + EncoderLayer.cases + EncoderStack.cases + MLP.cases + PCMSTFT.cases + TopK.cases
    }

    /// What matrix units take besides.
    package static var forMatrixUnits: [OperationCase] { MatMulNorm.wideCases }
}

/// Seeded values in [-1, 1), the same at every run.
struct SeededValues {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

    mutating func next() -> Float {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Float((z ^ (z >> 31)) >> 40) / Float(1 << 23) - 1
    }

    mutating func tensor(_ shape: Shape, scale: Float = 1, offset: Float = 0) -> HostTensor {
        HostTensor(shape) { values in
            for index in values.indices { values[index] = next() * scale + offset }
        }
    }
}

/// Offsets of packed sequences of these lengths; int32 `[lengths + 1]`.
func offsets(of lengths: [Int]) -> HostTensor {
    let sums = lengths.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1)) }
    return HostTensor(sums, [sums.count])
}
