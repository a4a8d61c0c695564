import EchoOpenCL
import Testing

/// The devices that the tests run on: the first of every platform, so that `OCL_ICD_VENDORS` decides.
enum TestDevice {
    static let all: [Device] = {
        do {
            return try Platform.all().compactMap(\.devices.first)
        } catch {
            Issue.record("\(error)")
            return []
        }
    }()
}

/// A device with a context and a queue, and copies to and from its buffers.
struct Bench {
    let context: Context
    let queue: Queue

    init(_ device: Device, profiling: Bool = false) throws {
        context = try Context(device)
        queue = try Queue(context, profiling: profiling)
    }

    /// A kernel from source.
    func kernel(_ name: String, _ source: String) throws -> Kernel {
        try Kernel(Program(context, source: source, name: "\(name).cl"), name)
    }

    /// A buffer that holds `values`.
    func buffer(_ values: [Float]) throws -> Buffer {
        let buffer = try Buffer(context, byteCount: values.count * 4)
        try values.withUnsafeBytes { try queue.write($0, to: buffer) }
        return buffer
    }

    /// The whole of a buffer of floats.
    func floats(_ buffer: Buffer) throws -> [Float] {
        var values = [Float](repeating: .nan, count: buffer.byteCount / 4)
        try values.withUnsafeMutableBytes { try queue.read(buffer, into: $0) }
        return values
    }
}

/// `output[offset + i] = scale * a[i] + b[i]` for `i` below `count`.
let scaledAddSource = """
    __kernel void scaled_add(
        __global const float *a, __global const float *b, __global float *output,
        const int offset, const int count, const float scale)
    {
        const int i = get_global_id(0);
        if (i < count) output[offset + i] = scale * a[i] + b[i];
    }
    """
