import EchoTensor

/// A step of the computation: one output from a list of inputs, described without saying where it
/// runs.
///
/// An operation is one file here (its descriptor), one in EchoCPU (its definition), one in EchoGPU
/// and one in Kernels (its override). Tests and benchmarks both read the descriptor.
package protocol Operation: Sendable {
    /// The operation's stem, as in its file names: `layer_norm`.
    static var stem: String { get }

    /// The type of the output for inputs of these types.
    ///
    /// - Throws: ``GraphError/shape(operation:problem:)`` if the inputs do not fit together.
    func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType

    /// Arithmetic done on inputs that `outputType(for:)` accepts.
    func flops(for inputs: [TensorType]) -> Double

    /// How far a device's result on inputs of these types may lie from the CPU path's, with the reason
    /// beside it: a few times what was measured, so that a rounding too many is seen.
    ///
    /// Measured: `echo-gpu verify` with both families of kernels, on pocl (AVX-512 and AVX2).
    func tolerance(for inputs: [TensorType]) -> Tolerance

    /// True if its matrices of real numbers may be stored as half, all of them alike.
    var takesHalf: Bool { get }
}

extension Operation {
    package var stem: String { Self.stem }

    package var takesHalf: Bool { true }

    /// Bytes that have to move at least: every input read once, the output written once.
    package func bytes(for inputs: [TensorType]) throws(GraphError) -> Double {
        let output = try outputType(for: inputs)
        return Double(inputs.reduce(output.byteCount) { $0 + $1.byteCount })
    }

    /// Requires `condition`, else says what is wrong with the inputs.
    func require(
        _ condition: Bool, _ problem: @autoclosure () -> String
    ) throws(GraphError) {
        guard condition else {
            throw GraphError.shape(operation: Self.stem, problem: problem())
        }
    }

    /// Requires as many inputs as there are names, each of the rank given and of one of the element
    /// types given; those that may be either of the real ones must be stored alike.
    func require(
        _ inputs: [TensorType], _ names: [(name: String, rank: Int, elements: [ElementType])]
    ) throws(GraphError) {
        try require(
            inputs.count == names.count,
            "takes \(names.map(\.name).joined(separator: ", ")), got \(inputs.count) inputs")
        for (input, expected) in zip(inputs, names) {
            try require(
                input.shape.rank == expected.rank && expected.elements.contains(input.element),
                "\(expected.name) must be \(expected.elements[0]) of rank \(expected.rank), "
                    + "got \(input)")
        }
        let stored = zip(inputs, names).filter { $1.elements == .real }.map(\.0.element)
        try require(
            Set(stored).count < 2,
            "matrices must be stored alike, got \(stored.map(\.rawValue).joined(separator: ", "))")
    }
}

/// What an input may be: shorthands for ``Operation/require(_:_:)``.
extension [ElementType] {
    /// A matrix of real numbers, which may be stored as half.
    static var real: [ElementType] { [.float32, .float16] }
    static var float32: [ElementType] { [.float32] }
    static var int32: [ElementType] { [.int32] }
}

/// What can be wrong with a graph or its inputs.
package enum GraphError: Error, Sendable, CustomStringConvertible {
    /// The inputs of an operation do not fit together.
    case shape(operation: String, problem: String)
    /// The value given for a graph input is missing or of another type.
    case input(name: String, expected: TensorType, actual: TensorType?)

    package var description: String {
        switch self {
        case .shape(let operation, let problem):
            "\(operation): \(problem)"
        case .input(let name, let expected, let actual):
            if let actual {
                "graph input \(name) takes \(expected), got \(actual)"
            } else {
                "graph input \(name) (\(expected)) was not given"
            }
        }
    }
}
