import EchoInvariant

/// The extents of a tensor, outermost first; elements lie in C order.
public struct Shape: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
    /// Extent of each dimension, outermost first; none is negative.
    public let dimensions: [Int]

    /// Makes a shape from its extents, outermost first.
    public init(_ dimensions: [Int]) {
        invariant(dimensions.allSatisfy { $0 >= 0 }, "negative extent in \(dimensions)")
        self.dimensions = dimensions
    }

    /// Makes a shape from a literal such as `[126, 192]`.
    public init(arrayLiteral elements: Int...) {
        self.init(elements)
    }

    /// Number of dimensions.
    public var rank: Int { dimensions.count }

    /// Number of elements: the product of the extents, 1 for a scalar.
    public var elementCount: Int { dimensions.reduce(1, *) }

    /// Extent of one dimension.
    public subscript(dimension: Int) -> Int { dimensions[dimension] }

    /// As numpy writes it: `[13, 1344]`.
    public var description: String {
        "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
    }
}
