import EchoGraph
import EchoInvariant
import EchoTensor

/// An input in host memory, kept alive by the view.
struct CPUView {
    let type: TensorType
    private let bytes: UnsafeRawBufferPointer
    private let owner: Owner

    /// What keeps the bytes in their place.
    private enum Owner {
        case buffer(CPUBackend.Buffer)
        case tensor(HostTensor)
        /// A part of the model, packed for products once.
        case constant(HostTensor, PackedWeights)
    }

    init(_ type: TensorType, _ bytes: UnsafeRawBufferPointer, owner: CPUBackend.Buffer) {
        (self.type, self.bytes, self.owner) = (type, bytes, .buffer(owner))
    }

    /// `bytes` are the tensor's own, which do not move while it lives.
    init(_ bytes: UnsafeRawBufferPointer, of tensor: HostTensor, packed: PackedWeights) {
        (type, self.bytes, owner) = (tensor.type, bytes, .constant(tensor, packed))
    }

    /// Whole numbers, int32 `[values.count]`.
    init(_ values: [Int32]) {
        let tensor = HostTensor(values, [values.count])
        // The tensor's own bytes, which do not move while it lives.
        (type, bytes, owner) = (tensor.type, tensor.withBytes { $0 }, .tensor(tensor))
    }

    private init(_ part: CPUView, _ type: TensorType, from byte: Int) {
        bytes = UnsafeRawBufferPointer(rebasing: part.bytes[byte..<byte + type.byteCount])
        (self.type, owner) = (type, part.owner)
    }

    /// Some rows of a matrix.
    func rows(_ rows: Range<Int>) -> CPUView {
        let part = TensorType([rows.count, shape[1]], type.element)
        return CPUView(self, part, from: rows.lowerBound * part.byteCount / max(rows.count, 1))
    }

    /// The matrix, which lies as `source` says, as `layout` says: a constant is packed once.
    func packed(as layout: Layout, from source: Layout) -> CPUBackend.Buffer {
        if case .constant(let tensor, let packed) = owner {
            return packed.buffer(tensor, as: layout, from: source)
        }
        return CPUBackend.Buffer(packing: bytes, as: layout, from: source)
    }

    var shape: Shape { type.shape }

    /// The view itself, or if halves are stored, one of their values in float32.
    var widened: CPUView {
        guard type.element == .float16 else { return self }
        let count = type.shape.elementCount
        let wide = CPUBackend.Buffer(byteCount: 4 * count)
        HalfConversion.widen(
            UnsafeRawBufferPointer(rebasing: bytes[..<(2 * count)]).bindMemory(to: Float16.self),
            to: UnsafeMutableBufferPointer(start: wide.floats(count), count: count))
        return CPUView(TensorType(type.shape), UnsafeRawBufferPointer(wide.bytes), owner: wide)
    }

    var floats: UnsafePointer<Float> {
        invariant(type.element == .float32, "\(type) is not float32")
        return bytes.baseAddress!.assumingMemoryBound(to: Float.self)
    }

    var ints: UnsafeBufferPointer<Int32> {
        invariant(type.element == .int32, "\(type) is not int32")
        return UnsafeBufferPointer(
            start: bytes.baseAddress!.assumingMemoryBound(to: Int32.self),
            count: type.shape.elementCount)
    }

    var shorts: UnsafeBufferPointer<Int16> {
        invariant(type.element == .int16, "\(type) is not int16")
        return UnsafeBufferPointer(
            start: bytes.baseAddress!.assumingMemoryBound(to: Int16.self),
            count: type.shape.elementCount)
    }

    /// As offsets of packed sequences or groups: the rows of number `index`.
    func rows(ofGroup index: Int) -> Range<Int> { Int(ints[index])..<Int(ints[index + 1]) }

    /// As offsets of packed sequences or groups: their number.
    var groupCount: Int { type.shape.elementCount - 1 }
}
