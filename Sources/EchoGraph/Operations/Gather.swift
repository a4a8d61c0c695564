import EchoTensor

/// Copies rows: `output[r] = input[rows[r]]`.
///
/// Inputs: input `[T, D]`, rows int32 `[R]`, each in `0 ..< T`. Output: `[R, D]`.
package struct Gather: Operation {
    package static let stem = "gather"

    package init() {}

    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        try require(inputs, [("input", 2, .real), ("rows", 1, .int32)])
        return TensorType([inputs[1].shape[0], inputs[0].shape[1]], inputs[0].element)
    }

    package func flops(for inputs: [TensorType]) -> Double { 0 }

    /// A copy is exact.
    package func tolerance(for inputs: [TensorType]) -> Tolerance { Tolerance() }
}
