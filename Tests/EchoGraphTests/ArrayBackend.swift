import EchoGraph
import EchoTensor

/// An operation that ``ArrayBackend`` can run.
protocol ArrayOperation: Operation {
    func values(_ inputs: [[Float]]) -> [Float]
}

extension ArrayOperation {
    func flops(for inputs: [TensorType]) -> Double { 0 }
    func tolerance(for inputs: [TensorType]) -> Tolerance { Tolerance() }
}

/// `output[i] = i + sum_j (j + 1) input_j[i mod count_j]`: takes any vectors, and every input counts.
struct Blend: ArrayOperation {
    static let stem = "blend"
    let count: Int

    func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        guard !inputs.isEmpty else {
            throw .shape(operation: Self.stem, problem: "takes at least one input")
        }
        return TensorType([count])
    }

    func values(_ inputs: [[Float]]) -> [Float] {
        (0..<count).map { index in
            // Reduced to small integers, so that a deep graph stays exact in float32.
            let sum = inputs.enumerated().reduce(Float(index)) { sum, input in
                sum + Float(input.offset + 1) * input.element[index % input.element.count]
            }
            return sum.truncatingRemainder(dividingBy: 8191)
        }
    }
}

/// `output = -input`.
struct Negate: ArrayOperation {
    static let stem = "negate"

    func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        guard inputs.count == 1 else {
            throw .shape(operation: Self.stem, problem: "takes one input")
        }
        return inputs[0]
    }

    func values(_ inputs: [[Float]]) -> [Float] { inputs[0].map { -$0 } }
}

/// A backend that computes in Swift arrays. New memory holds NaN, so a value that is read before it
/// was written, or after its buffer went to another, shows.
final class ArrayBackend: Backend {
    /// What ``ArrayBackend`` throws where it is told to.
    struct Failure: Error {}

    final class Buffer {
        var values: [Float]
        init(count: Int) { values = Array(repeating: .nan, count: count) }
    }

    let name: String
    /// Stems that are left to the other backend.
    let declinedStems: Set<String>
    /// The stem that fails when it runs.
    let failingStem: String?
    private(set) var executed: [String] = []
    private(set) var liveBufferCount = 0
    private(set) var uploadCount = 0
    private(set) var constantCount = 0
    private(set) var finishCount = 0
    /// What this backend makes of a graph before it runs it.
    private let rewriting: (Graph) throws(GraphError) -> Graph

    init(
        _ name: String, declining stems: Set<String> = [], failingOn failing: String? = nil,
        rewriting: @escaping (Graph) throws(GraphError) -> Graph = { graph in graph }
    ) {
        (self.name, declinedStems, failingStem) = (name, stems, failing)
        self.rewriting = rewriting
    }

    func rewrite(_ graph: Graph) throws(GraphError) -> Graph { try rewriting(graph) }

    func finish() throws { finishCount += 1 }

    func reasonToDecline(_ operation: any Operation, _ inputs: [TensorType]) -> String? {
        declinedStems.contains(operation.stem) ? "\(name) has no \(operation.stem)" : nil
    }

    func allocate(byteCount: Int) throws -> Buffer {
        liveBufferCount += 1
        return Buffer(count: byteCount / 4)
    }

    func release(_ buffer: Buffer) { liveBufferCount -= 1 }

    func upload(_ tensor: HostTensor, to buffer: Buffer) throws {
        uploadCount += 1
        buffer.values.replaceSubrange(0..<tensor.elementCount, with: tensor.floats)
    }

    func download(_ buffer: Buffer, type: TensorType) throws -> HostTensor {
        HostTensor(Array(buffer.values[..<type.shape.elementCount]), type.shape)
    }

    func execute(_ operation: any Operation, _ inputs: [Operand<Buffer>], to output: Buffer) throws
    {
        guard operation.stem != failingStem, let operation = operation as? any ArrayOperation else {
            throw Failure()
        }
        executed.append(operation.stem)
        let values = operation.values(
            inputs.map { input in
                switch input {
                case .value(let buffer, let type):
                    return Array(buffer.values[..<type.shape.elementCount])
                case .constant(let tensor):
                    constantCount += 1
                    return tensor.floats
                }
            })
        output.values.replaceSubrange(0..<values.count, with: values)
    }
}

/// A vector of these values.
func vector(_ values: Float...) -> HostTensor { HostTensor(values, [values.count]) }
