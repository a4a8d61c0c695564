import EchoTensor

/// Something that runs operations: the CPU path, or an OpenCL device.
///
/// A backend is used by one executor at a time. Work may be queued: only ``download(_:type:)``
/// has to wait for it.
package protocol Backend {
    /// A piece of the backend's memory, wide enough for the value that the plan puts there.
    associatedtype Buffer

    /// The backend's name for people: `CPU`, or the device's name.
    var name: String { get }

    /// Why this backend does not run `operation` on inputs of these types; nil where it does.
    func reasonToDecline(_ operation: any Operation, _ inputs: [TensorType]) -> String?

    /// The same computation as this backend runs it best.
    func rewrite(_ graph: Graph) throws(GraphError) -> Graph

    /// Memory for `byteCount` bytes, contents undefined.
    func allocate(byteCount: Int) throws -> Buffer

    /// Returns memory for reuse.
    func release(_ buffer: Buffer)

    /// Copies a host tensor to the start of `buffer`.
    func upload(_ tensor: HostTensor, to buffer: Buffer) throws

    /// Waits for what computes `buffer` and copies a value of `type` from its start.
    func download(_ buffer: Buffer, type: TensorType) throws -> HostTensor

    /// Waits for everything that was queued.
    func finish() throws

    /// Runs one operation, or queues it.
    func execute(_ operation: any Operation, _ inputs: [Operand<Buffer>], to output: Buffer) throws
}

extension Backend {
    package func rewrite(_ graph: Graph) throws(GraphError) -> Graph { graph }
}

/// An input of an operation, as a backend sees it.
package enum Operand<Buffer> {
    /// A value in the backend's memory.
    case value(Buffer, TensorType)
    /// A part of the model, which a backend may rearrange once and keep.
    case constant(HostTensor)

    package var type: TensorType {
        switch self {
        case .value(_, let type): type
        case .constant(let tensor): tensor.type
        }
    }
}
