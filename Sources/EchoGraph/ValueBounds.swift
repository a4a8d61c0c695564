import EchoTensor

/// An operation that matrix units compute in single precision from halves: that takes a bound of its first
/// input that no batch can exceed.
package protocol BoundedOperation: Operation {
    /// The magnitude that no element of its first input exceeds; infinite if nothing is known.
    var largestInput: Float { get set }
}

/// A product of rows with a weight matrix: its first two inputs.
package protocol ProductOperation: BoundedOperation {}

extension Graph {
    /// The same computation with the bound of its first input noted in every operation that asks for it.
    ///
    /// Bounds follow from the weights, and from what the graph's inputs promise, alone: they are the
    /// same for every batch.
    package func boundingInputs(
        _ constants: inout ConstantBounds
    ) throws(GraphError) -> Graph {
        let bounds = bounds(&constants)
        return try replacingRuns { nodes in
            guard let node = nodes.first, var operation = node.operation as? any BoundedOperation
            else { return nil }
            // A bound that it came with stands where it is the closer one.
            operation.largestInput = min(
                operation.largestInput, Float(bounds[node.inputs[0].index]).nextUp)
            return Replacement(
                nodeCount: 1, operation: operation, inputs: node.inputs, label: node.label)
        }
    }

    /// The magnitude that no element of each value exceeds, rounding left aside; infinite if nothing
    /// is known.
    func bounds(_ constants: inout ConstantBounds) -> [Double] {
        var bounds: [Double] = []
        for source in sources {
            let bound: Double? =
                switch source {
                case .input(let name): inputLimits[name].map { Double($0) }
                case .constant(let tensor): constants[tensor].largest
                case .node(let number): bound(of: nodes[number], bounds, &constants)
                }
            bounds.append(bound.flatMap { $0.isFinite ? $0 : nil } ?? .infinity)
        }
        return bounds
    }

    private func bound(
        of node: Node, _ bounds: [Double], _ constants: inout ConstantBounds
    ) -> Double? {
        func of(_ input: Int) -> Double { bounds[node.inputs[input].index] }
        /// Of the product of the first two inputs.
        func product() -> Double? {
            guard case .constant(let weight) = sources[node.inputs[1].index] else { return nil }
            return of(0) * constants[weight].largestRow
        }
        /// Of rows with a mean of 0 and a variance of 1, where one of D elements has all there is.
        func norm(scale: Int, shift: Int) -> Double {
            let width = type(of: node.output).shape[1]
            return Double(max(width - 1, 1)).squareRoot() * of(scale) + of(shift)
        }
        switch node.operation {
        case is STFT: return STFT.largestOutput
        case is PatchEmbed: return product().map { $0 + of(2) + of(3) }
        case is MatMul: return product().map { $0 + of(2) }  // GELU makes none larger
        case is LayerNorm: return norm(scale: 1, shift: 2)
        case is MatMulNorm: return norm(scale: 5, shift: 6)
        // Weighted means of values, and rows as they are.
        case is Attention, is Gather, is Convert: return of(0)
        case is AttentionPool: return of(1)
        default: return nil
        }
    }
}

/// What bounds products with constants, each looked at once. Tensors are known by their identity.
package struct ConstantBounds: Sendable {
    struct Bound {
        /// Of the magnitudes of the elements.
        let largest: Double
        /// Of the sums of the magnitudes of a row's elements.
        let largestRow: Double
    }

    private var known: [ObjectIdentifier: (tensor: HostTensor, bound: Bound)] = [:]

    package init() {}

    subscript(tensor: HostTensor) -> Bound {
        mutating get {
            if let known = known[tensor.identity] { return known.bound }
            let bound = Self.bound(of: tensor)
            known[tensor.identity] = (tensor, bound)
            return bound
        }
    }

    /// Not a number where an element is none, so that it bounds nothing.
    private static func bound(of tensor: HostTensor) -> Bound {
        guard tensor.type.element == .float32 else {
            return Bound(largest: .infinity, largestRow: .infinity)
        }
        let width = tensor.shape.rank == 2 ? tensor.shape[1] : 1
        return tensor.withFloats { values in
            var (largest, largestRow) = (0.0, 0.0)
            for start in stride(from: 0, to: values.count, by: max(width, 1)) {
                var sum = 0.0
                for value in values[start..<min(start + width, values.count)] {
                    let magnitude = value.isFinite ? Double(abs(value)) : .infinity
                    largest = max(largest, magnitude)
                    sum += magnitude
                }
                largestRow = max(largestRow, sum)
            }
            return Bound(largest: largest, largestRow: largestRow)
        }
    }
}
