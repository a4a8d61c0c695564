import EchoTensor

/// The same values in the other of the types that real numbers are stored in.
///
/// Input: real, any shape. Output: of that shape, `element`: rounded to the nearest half, ties to
/// even, or widened, which is exact. It is made by ``Graph/storingHalves(_:)``.
package struct Convert: Operation {
    package static let stem = "convert"

    package let element: ElementType

    package init(to element: ElementType) { self.element = element }

    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        try require(inputs.count == 1, "takes input, got \(inputs.count) inputs")
        try require(
            inputs[0].element.isReal && element.isReal,
            "\(inputs[0].element) cannot become \(element)")
        return TensorType(inputs[0].shape, element)
    }

    package func flops(for inputs: [TensorType]) -> Double { 0 }

    /// There is one nearest half.
    package func tolerance(for inputs: [TensorType]) -> Tolerance { Tolerance() }
}
