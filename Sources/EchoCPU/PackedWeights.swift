import EchoTensor
import Synchronization

/// Constants as oneDNN wants them, packed once. Tensors are known by their identity, which holds as
/// long as they live.
final class PackedWeights: Sendable {
    private typealias Packed = (tensor: HostTensor, layout: Layout, buffer: CPUBackend.Buffer)
    private let packed = Mutex<[ObjectIdentifier: [Packed]]>([:])

    /// The tensor, which lies as `source` says, as `layout` says.
    func buffer(_ tensor: HostTensor, as layout: Layout, from source: Layout) -> CPUBackend.Buffer {
        packed.withLock { packed in
            let known = packed[tensor.identity, default: []]
            if let match = known.first(where: { $0.layout == layout }) { return match.buffer }
            let buffer = tensor.withBytes {
                CPUBackend.Buffer(packing: $0, as: layout, from: source)
            }
            packed[tensor.identity] = known + [(tensor, layout, buffer)]
            return buffer
        }
    }

    /// Forgets how a tensor was packed, and lets go of it.
    func forget(_ tensor: HostTensor) {
        packed.withLock { _ = $0.removeValue(forKey: tensor.identity) }
    }
}

extension CPUBackend.Buffer {
    /// A copy of an array that lies as `source` says, so that it lies as `layout` says.
    convenience init(packing bytes: UnsafeRawBufferPointer, as layout: Layout, from source: Layout)
    {
        self.init(byteCount: layout.byteCount)
        if let input = bytes.baseAddress, let output = self.bytes.baseAddress {
            layout.copy(input, layout: source, to: output)
        }
    }
}
