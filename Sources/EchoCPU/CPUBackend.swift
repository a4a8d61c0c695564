import COneDNN
import Dispatch
import EchoGraph
import EchoInvariant
import EchoTensor

/// The CPU path: every operation's definition, and the fallback if no OpenCL device is.
///
/// It computes in float32 throughout: if values are stored as half, an operation is what it is on
/// those values, rounded to half at its end.
///
/// Matrix products are oneDNN's, one call a group of rows that stands together in every batch, so
/// that numbers never depend on what else shares it; groups run side by side on all cores.
package final class CPUBackend: Backend {
    package static let name = "CPU path (oneDNN)"
    package var name: String { Self.name }

    private let fusesLayers: Bool
    private let record: (@Sendable (_ stem: String, _ start: ContinuousClock.Instant) -> Void)?
    private let weights = PackedWeights()

    /// - Parameters:
    ///   - fusesLayers: Run a transformer layer as one node, not as the seven that define it.
    ///   - record: Told of every operation once it has run, and when it began.
    package init(
        fusesLayers: Bool = true,
        record: (@Sendable (_ stem: String, _ start: ContinuousClock.Instant) -> Void)? = nil
    ) {
        self.fusesLayers = fusesLayers
        self.record = record
    }

    /// How many times its output an operation takes on the way at most, about: a fused layer has the hidden
    /// values of its MLP.
    private static let scratchFactor = 8

    /// Memory of the CPU path, aligned to 64 bytes.
    package final class Buffer {
        let bytes: UnsafeMutableRawBufferPointer

        init(byteCount: Int) {
            bytes = .allocate(byteCount: max(byteCount, 1), alignment: 64)
        }

        deinit { bytes.deallocate() }

        func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
            bytes.baseAddress!.bindMemory(to: Float.self, capacity: count)
        }

        func halves(_ count: Int) -> UnsafeMutableBufferPointer<Float16> {
            UnsafeMutableRawBufferPointer(rebasing: bytes[..<(2 * count)])
                .bindMemory(to: Float16.self)
        }
    }

    package func reasonToDecline(_ operation: any Operation, _ inputs: [TensorType])
        -> String?
    {
        operation is any CPUOperation ? nil : "the CPU path does not define \(operation.stem)"
    }

    package func rewrite(_ graph: Graph) throws(GraphError) -> Graph {
        // Halves are rounded where the nodes that were given end.
        let hasHalves = graph.types.contains { $0.element == .float16 }
        return fusesLayers && !hasHalves ? try graph.fusingLayers() : graph
    }

    /// - Throws: `MemoryError` if the system has not that much.
    package func allocate(byteCount: Int) throws -> Buffer {
        try MemoryRoom.require(byteCount, for: "values of the encoder")
        return Buffer(byteCount: byteCount)
    }

    package func release(_ buffer: Buffer) {}

    package func upload(_ tensor: HostTensor, to buffer: Buffer) throws {
        tensor.withBytes { buffer.bytes.copyMemory(from: $0) }
    }

    package func send(_ input: GraphInput, to buffer: Buffer) throws {
        input.write(UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<input.type.byteCount]))
    }

    package func download(_ buffer: Buffer, type: TensorType) throws -> HostTensor {
        HostTensor(type) { $0.copyMemory(from: .init(rebasing: buffer.bytes[..<$0.count])) }
    }

    package func forget(_ constant: HostTensor) { weights.forget(constant) }

    package func finish() throws {}

    package func execute(
        _ operation: any Operation, _ inputs: [Operand<Buffer>], to output: Buffer
    ) throws {
        try ProcessExit.computing(operation.stem) {
            try compute(operation, inputs, to: output)
        }
        if ProcessExit.hasBegun || CPUStop.current?.isAsked == true { throw CPUStopped() }
    }

    private func compute(
        _ operation: any Operation, _ inputs: [Operand<Buffer>], to output: Buffer
    ) throws {
        guard let operation = operation as? any CPUOperation else {
            invariantFailure("\(operation.stem) was declined")
        }
        let views = inputs.map { input in
            switch input {
            case .value(let buffer, let type):
                CPUView(type, UnsafeRawBufferPointer(buffer.bytes), owner: buffer)
            case .constant(let tensor):
                tensor.withBytes { CPUView($0, of: tensor, packed: weights) }
            }
        }
        let type = try operation.outputType(for: inputs.map(\.type))
        // What operations and their libraries need on the way, they cannot do without.
        try MemoryRoom.require(
            Self.scratchFactor * 4 * type.shape.elementCount, for: "the encoder's scratch")
        let start = ContinuousClock.now
        defer { record?(operation.stem, start) }
        let count = type.shape.elementCount
        let wide = views.map(\.widened)
        if type.element == .float16 {
            let values = Buffer(byteCount: 4 * count)
            operation.run(on: wide, into: values)
            HalfConversion.narrow(
                UnsafeBufferPointer(start: values.floats(count), count: count),
                to: output.halves(count))
        } else {
            operation.run(on: wide, into: output)
        }
    }
}

/// An operation that the CPU path defines; each conformance stands in the file of its stem.
protocol CPUOperation<Element>: Operation {
    /// What it computes: float32, or int32.
    associatedtype Element: BitwiseCopyable = Float

    /// Computes the output, in C order, from inputs that `outputType(for:)` accepts.
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Element>)
}

extension CPUOperation {
    /// The same to memory that is wide enough.
    func run(on inputs: [CPUView], into output: CPUBackend.Buffer) {
        guard let start = output.bytes.baseAddress else { return }
        run(on: inputs, to: start.assumingMemoryBound(to: Element.self))
    }
}

/// Runs `body` for every index of `0 ..< count`, on all cores; for fewer if it is stopped, and nobody may
/// then use what it computed.
func concurrently(_ count: Int, _ body: (Int) -> Void) {
    let stop = CPUStop.current
    // Sendable: every call has returned before this function does, and the calls write to disjoint
    // parts of the output.
    struct Task: @unchecked Sendable { let call: (Int) -> Void }
    withoutActuallyEscaping(body) { body in
        let task = Task(call: body)
        DispatchQueue.concurrentPerform(iterations: count) { index in
            if ProcessExit.hasBegun || stop?.isAsked == true { return }
            task.call(index)
        }
    }
}

/// `output[m, n] = scale * left[m, k] · right`, where `right` is `[n, k]` if transposed, else
/// `[k, n]`; each matrix with its own distance between rows.
func multiply(
    rows: Int, columns: Int, depth: Int, scale: Float = 1,
    _ left: UnsafePointer<Float>, stride leftStride: Int,
    _ right: UnsafePointer<Float>, stride rightStride: Int, rightIsTransposed: Bool,
    to output: UnsafeMutablePointer<Float>, stride outputStride: Int
) {
    guard rows > 0, columns > 0 else { return }
    // Work is spread over groups of rows, so each product runs on the thread that calls it.
    omp_set_num_threads(1)
    let status = dnnl_sgemm(
        CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: rightIsTransposed ? "T" : "N")),
        dnnl_dim_t(rows), dnnl_dim_t(columns), dnnl_dim_t(depth), scale, left,
        dnnl_dim_t(leftStride), right, dnnl_dim_t(rightStride), 0, output,
        dnnl_dim_t(outputStride))
    invariant(status == dnnl_success, "oneDNN refused [\(rows), \(depth), \(columns)]")
}
