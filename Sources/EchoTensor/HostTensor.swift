import EchoInvariant

/// An immutable tensor in host memory: C order, aligned to 64 bytes unless it lies in memory of others.
///
/// Copies share the storage. A tensor over memory of others keeps their owner alive.
package struct HostTensor: Sendable {
    package let type: TensorType
    private let storage: Storage

    package var shape: Shape { type.shape }
    package var elementCount: Int { type.shape.elementCount }

    /// A float32 tensor with these values in C order.
    package init(_ values: [Float], _ shape: Shape) {
        self.init(shape) { destination in
            invariant(values.count == destination.count, "\(values.count) values for \(shape)")
            _ = destination.initialize(fromContentsOf: values)
        }
    }

    /// An int32 tensor with these values in C order.
    package init(_ values: [Int32], _ shape: Shape) {
        self.init(copying: values, TensorType(shape, .int32))
    }

    /// An int16 tensor with these values in C order.
    package init(_ values: [Int16], _ shape: Shape) {
        self.init(copying: values, TensorType(shape, .int16))
    }

    private init<Value: BitwiseCopyable>(copying values: [Value], _ type: TensorType) {
        invariant(
            values.count == type.shape.elementCount, "\(values.count) values for \(type.shape)")
        self.init(type) { bytes in
            values.withUnsafeBytes { bytes.copyMemory(from: $0) }
        }
    }

    /// A float32 tensor whose values `fill` writes; they start as zeros.
    package init(
        _ shape: Shape, fill: (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) rethrows {
        try self.init(TensorType(shape)) { try fill($0.bindMemory(to: Float.self)) }
    }

    /// A tensor whose bytes `fill` writes; they start as zeros.
    package init(
        _ type: TensorType, fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows {
        storage = Storage(byteCount: type.byteCount)
        self.type = type
        try fill(storage.bytes)
    }

    /// A tensor with a copy of these bytes, exactly the type's.
    package init(_ type: TensorType, copying bytes: UnsafeRawBufferPointer) {
        invariant(bytes.count == type.byteCount, "\(bytes.count) bytes for \(type)")
        storage = Storage(copying: bytes)
        self.type = type
    }

    /// A tensor over memory that `owner` keeps alive and nobody writes to.
    ///
    /// - Precondition: `bytes` holds exactly the type's bytes, aligned to its element.
    package init(
        _ type: TensorType, over bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable
    ) {
        invariant(bytes.count == type.byteCount, "\(bytes.count) bytes for \(type)")
        storage = Storage(borrowing: bytes, owner: owner)
        self.type = type
    }

    /// The tensor's bytes, in C order.
    package func withBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try withExtendedLifetime(storage) { () throws(E) in
            try body(UnsafeRawBufferPointer(storage.bytes))
        }
    }

    /// The values of a float32 tensor, in C order.
    package func withFloats<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        invariant(type.element == .float32, "\(type) is not float32")
        return try withBytes { try body($0.bindMemory(to: Float.self)) }
    }

    /// The values of an int32 tensor, in C order.
    package func withInts<R>(_ body: (UnsafeBufferPointer<Int32>) throws -> R) rethrows -> R {
        invariant(type.element == .int32, "\(type) is not int32")
        return try withBytes { try body($0.bindMemory(to: Int32.self)) }
    }

    /// A copy of a float32 tensor's values, in C order.
    package var floats: [Float] { withFloats(Array.init) }

    /// A copy of an int32 tensor's values, in C order.
    package var ints: [Int32] { withInts(Array.init) }

    /// True if both share one storage: used to know a weight again.
    package func isIdentical(to other: HostTensor) -> Bool { storage === other.storage }

    /// An identity for caches of what was derived from this tensor; valid while the tensor lives.
    package var identity: ObjectIdentifier { ObjectIdentifier(storage) }

    // Sendable: the bytes are written only inside HostTensor's initialisers, before the storage is
    // shared, and never afterwards.
    private final class Storage: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer
        private let owner: (any AnyObject & Sendable)?

        init(byteCount: Int) {
            bytes = Self.allocate(byteCount)
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
            owner = nil
        }

        init(copying source: UnsafeRawBufferPointer) {
            bytes = Self.allocate(source.count)
            bytes.copyMemory(from: source)
            owner = nil
        }

        init(borrowing borrowed: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
            bytes = UnsafeMutableRawBufferPointer(mutating: borrowed)
            self.owner = owner
        }

        private static func allocate(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
            let memory = UnsafeMutableRawPointer.allocate(
                byteCount: max(byteCount, 1), alignment: 64)
            return UnsafeMutableRawBufferPointer(start: memory, count: byteCount)
        }

        deinit {
            if owner == nil { bytes.deallocate() }
        }
    }
}
