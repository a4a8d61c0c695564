import EchoTensor

/// Something that runs operations: the CPU path, or an OpenCL device.
///
/// A backend is used by one executor at a time. Work may be queued: only ``download(_:type:)`` and
/// ``finish()`` have to wait for it.
///
/// Memory is of two kinds. Values between nodes lie in what ``allocate(byteCount:)`` gives, which may
/// be reused at once, by what is queued later. Inputs and outputs lie in what
/// ``allocateExchange(byteCount:)`` gives: the host writes one run's while the nodes of another run,
/// so it is released only when its own run has ended.
package protocol Backend {
    /// A piece of the backend's memory, wide enough for the value that the plan puts there.
    associatedtype Buffer

    /// The backend's name for people: `CPU`, or the device's name.
    var name: String { get }

    /// Why this backend does not run `operation` on inputs of these types; nil if it does.
    func reasonToDecline(_ operation: any Operation, _ inputs: [TensorType]) -> String?

    /// The same computation as this backend runs it best.
    func rewrite(_ graph: Graph) throws(GraphError) -> Graph

    /// Memory for `byteCount` bytes, contents undefined.
    func allocate(byteCount: Int) throws -> Buffer

    /// Returns memory for reuse.
    func release(_ buffer: Buffer)

    /// Memory for `byteCount` bytes that the host writes or reads while other runs go on.
    func allocateExchange(byteCount: Int) throws -> Buffer

    /// Returns such memory, which nothing that is queued uses any more.
    func releaseExchange(_ buffer: Buffer)

    /// Copies a host tensor to the start of `buffer`, after what was queued before.
    func upload(_ tensor: HostTensor, to buffer: Buffer) throws

    /// Waits for what computes `buffer` and copies a value of `type` from its start.
    func download(_ buffer: Buffer, type: TensorType) throws -> HostTensor

    /// Writes an input to exchange memory; what is queued later sees it. Does not wait for what was
    /// queued before.
    func send(_ input: GraphInput, to buffer: Buffer) throws

    /// The value of `type` at the start of exchange memory as what is queued now leaves it, without
    /// waiting for it.
    func receive(_ buffer: Buffer, type: TensorType) throws -> PendingTensor

    /// Forgets what was made of a constant, which else is kept for as long as the backend lives: for constants of one
    /// task, such as the queries of a search. What is queued may still use it.
    func forget(_ constant: HostTensor)

    /// Gives memory that is kept for reuse back to the system.
    func trim()

    /// Lets everything that was queued begin.
    func flush() throws

    /// Waits for everything that was queued.
    func finish() throws

    /// Runs one operation, or queues it.
    func execute(_ operation: any Operation, _ inputs: [Operand<Buffer>], to output: Buffer) throws
}

/// A backend that computes at once in the host's memory needs no more than this.
extension Backend {
    package func rewrite(_ graph: Graph) throws(GraphError) -> Graph { graph }

    package func allocateExchange(byteCount: Int) throws -> Buffer {
        try allocate(byteCount: byteCount)
    }

    package func releaseExchange(_ buffer: Buffer) { release(buffer) }

    package func send(_ input: GraphInput, to buffer: Buffer) throws {
        try upload(HostTensor(input.type) { input.write($0) }, to: buffer)
    }

    package func receive(_ buffer: Buffer, type: TensorType) throws -> PendingTensor {
        PendingTensor(try download(buffer, type: type))
    }

    package func forget(_ constant: HostTensor) {}

    package func trim() {}

    package func flush() throws {}
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
