import EchoInvariant

extension HostTensor {
    /// The same values in another of the types of real numbers: rounded to the nearest half, ties to
    /// even, infinite beyond 65504; or widened, which is exact.
    ///
    /// - Precondition: neither type is int32.
    package func stored(as element: ElementType) -> HostTensor {
        invariant(type.element.isReal && element.isReal, "\(type) as \(element)")
        guard element != type.element else { return self }
        return HostTensor(TensorType(shape, element)) { destination in
            withBytes { source in
                if element == .float16 {
                    HalfConversion.narrow(
                        source.bindMemory(to: Float.self),
                        to: destination.bindMemory(to: Float16.self))
                } else {
                    HalfConversion.widen(
                        source.bindMemory(to: Float16.self),
                        to: destination.bindMemory(to: Float.self))
                }
            }
        }
    }
}

/// Between float32 and half, IEEE 754's 16-bit type.
package enum HalfConversion {
    /// Rounds each value to the nearest half, ties to even.
    package static func narrow(
        _ values: UnsafeBufferPointer<Float>, to halves: UnsafeMutableBufferPointer<Float16>
    ) {
        for (index, value) in values.enumerated() { halves[index] = Float16(value) }
    }

    package static func widen(
        _ halves: UnsafeBufferPointer<Float16>, to values: UnsafeMutableBufferPointer<Float>
    ) {
        for (index, half) in halves.enumerated() { values[index] = Float(half) }
    }
}
