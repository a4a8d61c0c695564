/// What the elements of a tensor are.
package enum ElementType: String, Sendable, CaseIterable {
    /// IEEE 754's types of 32 and 16 bits, the latter for storage alone; and signed integers, those of 16
    /// bits for samples.
    case float32, float16, int32, int16

    /// Bytes of one element.
    package var byteCount: Int { self == .float16 || self == .int16 ? 2 : 4 }

    /// True if elements are real numbers.
    package var isReal: Bool { self == .float32 || self == .float16 }
}

/// Shape and element type: what is known of a tensor before it has a value.
package struct TensorType: Hashable, Sendable, CustomStringConvertible {
    package let shape: Shape
    package let element: ElementType

    package init(_ shape: Shape, _ element: ElementType = .float32) {
        self.shape = shape
        self.element = element
    }

    package var byteCount: Int { shape.elementCount * element.byteCount }

    package var description: String { "\(element) \(shape)" }
}
