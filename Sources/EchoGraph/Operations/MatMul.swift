import EchoTensor

/// Rows times a weight matrix, with what follows it: `output = epilogue(input · weightᵀ + bias)`.
///
/// Inputs: input `[T, K]`, weight `[N, K]`, bias `[N]`, groups int32 `[G + 1]` (first row of each
/// group, then `T`). Output: `[T, N]`. A group is rows that stand together in every batch: a backend
/// computes a row from that row alone, or a group from that group alone.
package struct MatMul: ProductOperation {
    package static let stem = "matmul"

    /// What happens to a sum before it is stored.
    package enum Epilogue: String, Sendable, CaseIterable {
        /// Nothing more.
        case identity
        /// `x * 0.5 * (1 + erf(x / sqrt(2)))`, the exact form.
        case gelu
    }

    package let epilogue: Epilogue
    package var largestInput: Float

    package init(epilogue: Epilogue = .identity, largestInput: Float = .infinity) {
        (self.epilogue, self.largestInput) = (epilogue, largestInput)
    }

    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        try require(
            inputs,
            [
                ("input", 2, .real), ("weight", 2, .real), ("bias", 1, .float32),
                ("groups", 1, .int32),
            ])
        let (input, weight, bias) = (inputs[0].shape, inputs[1].shape, inputs[2].shape)
        try require(weight[1] == input[1], "weight \(weight) does not fit input \(input)")
        try require(bias[0] == weight[0], "bias \(bias) does not fit weight \(weight)")
        return TensorType([input[0], weight[0]], inputs[0].element)
    }

    package func flops(for inputs: [TensorType]) -> Double {
        2 * Double(inputs[0].shape.elementCount) * Double(inputs[1].shape[0])
    }

    /// K products summed in another order: the roundings of partial sums, which are as large as the
    /// largest sums, add up as a random walk does. Measured: 0.5 to 0.7 sqrt(K). GELU leaves a tenth of a
    /// sum that is a little below zero, and what that had lost.
    package func tolerance(for inputs: [TensorType]) -> Tolerance {
        .roundings(
            4 * Double(inputs[0].shape[1]).squareRoot() + (epilogue == .gelu ? 16 : 0))
    }
}
