import EchoTensor

/// A value that goes into a graph: its type, and how to write it to where the backend wants it.
package struct GraphInput {
    package let type: TensorType
    /// Writes all of the value's bytes, in C order; what it is given holds anything.
    package let write: (UnsafeMutableRawBufferPointer) -> Void

    /// A value that is there already.
    package init(_ tensor: HostTensor) {
        type = tensor.type
        write = { bytes in tensor.withBytes { bytes.copyMemory(from: $0) } }
    }

    /// A value whose bytes `write` writes, all of them, in C order.
    package init(_ type: TensorType, write: @escaping (UnsafeMutableRawBufferPointer) -> Void) {
        (self.type, self.write) = (type, write)
    }

    /// A float32 value that `fill` writes, all of it, in C order.
    package init(_ shape: Shape, fill: @escaping (UnsafeMutableBufferPointer<Float>) -> Void) {
        type = TensorType(shape)
        write = { fill($0.bindMemory(to: Float.self)) }
    }
}

/// A value on its way to the host.
package struct PendingTensor: Sendable {
    private let get: @Sendable () throws -> HostTensor

    /// - Parameter get: Waits for the value; any thread may call it.
    package init(_ get: @escaping @Sendable () throws -> HostTensor) { self.get = get }

    /// A value that has arrived.
    package init(_ tensor: HostTensor) { get = { tensor } }

    /// Waits until the value is there.
    package func wait() throws -> HostTensor { try get() }
}
