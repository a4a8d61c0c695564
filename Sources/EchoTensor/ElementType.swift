/// What the elements of a tensor are.
package enum ElementType: String, Sendable, CaseIterable {
    case float32, int32

    /// Bytes of one element.
    package var byteCount: Int { 4 }
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
