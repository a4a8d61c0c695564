import EchoGraph
import EchoTensor

/// A device that computes nothing: what is left of a run is what the host does for it.
///
/// As on a GPU, inputs are written to memory of the host that is kept for the next batch, and outputs,
/// which are zeros, are copied from such memory. What a driver does to queue kernels is not in it.
final class NullBackend: Backend {
    /// Memory of the device, of which there is none, or memory of the host beside it.
    // Sendable: only what is exchanged has bytes, and these are read after they were written.
    final class Buffer: @unchecked Sendable {
        let byteCount: Int
        let bytes: UnsafeMutableRawBufferPointer?

        init(byteCount: Int, isShared: Bool = false) {
            self.byteCount = byteCount
            bytes =
                isShared
                ? .allocate(byteCount: max(byteCount, 1), alignment: 4096) : nil
            bytes?.initializeMemory(as: UInt8.self, repeating: 0)
        }

        deinit { bytes?.deallocate() }
    }

    let name: String
    private var free: [Buffer] = []

    init(_ name: String) { self.name = name }

    func reasonToDecline(_ operation: any Operation, _ inputs: [TensorType]) -> String? { nil }

    /// A layer at a time, as few launches as a device has.
    func rewrite(_ graph: Graph) throws(GraphError) -> Graph { try graph.fusingLayers() }

    func allocate(byteCount: Int) -> Buffer { Buffer(byteCount: byteCount) }

    func release(_ buffer: Buffer) {}

    func allocateExchange(byteCount: Int) -> Buffer {
        let fitting = free.indices.filter {
            free[$0].byteCount >= byteCount && free[$0].byteCount <= 2 * max(byteCount, 1)
        }
        guard let best = fitting.min(by: { free[$0].byteCount < free[$1].byteCount }) else {
            return Buffer(byteCount: byteCount, isShared: true)
        }
        return free.remove(at: best)
    }

    func releaseExchange(_ buffer: Buffer) { free.append(buffer) }

    func upload(_ tensor: HostTensor, to buffer: Buffer) {}

    func download(_ buffer: Buffer, type: TensorType) -> HostTensor { HostTensor(type) { _ in } }

    func send(_ input: GraphInput, to buffer: Buffer) {
        guard let bytes = buffer.bytes else { return }
        input.write(UnsafeMutableRawBufferPointer(rebasing: bytes[..<input.type.byteCount]))
    }

    func receive(_ buffer: Buffer, type: TensorType) -> PendingTensor {
        // Inputs lie in other memory of the same kind, which a later batch may get for its outputs.
        buffer.bytes?.initializeMemory(as: UInt8.self, repeating: 0)
        return PendingTensor {
            guard let bytes = buffer.bytes else { return HostTensor(type) { _ in } }
            return HostTensor(
                type, copying: UnsafeRawBufferPointer(rebasing: bytes[..<type.byteCount]))
        }
    }

    func trim() { free = [] }

    func finish() {}

    func execute(_ operation: any Operation, _ inputs: [Operand<Buffer>], to output: Buffer) {}
}
