import COneDNN
import EchoInvariant

/// A computation of oneDNN for one set of shapes, compiled for the processor that it runs on.
///
/// It runs on the thread that calls it: work is spread over groups of rows, not within one.
// Sendable: oneDNN lets any number of threads execute a primitive that is given its scratchpad.
final class Primitive: @unchecked Sendable {
    /// An argument: what it is to the primitive (`DNNL_ARG_...`), its layout and its first element.
    typealias Argument = (kind: Int32, layout: Layout, memory: UnsafeRawPointer)

    private let description: dnnl_primitive_desc_t
    private let primitive: dnnl_primitive_t
    private let scratchpad: Layout

    /// - Parameter operation: A descriptor of oneDNN's, of any of its operations.
    init<Descriptor>(_ operation: Descriptor) {
        omp_set_num_threads(1)
        let attributes: dnnl_primitive_attr_t = made { dnnl_primitive_attr_create(&$0) }
        check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user))
        description = withUnsafePointer(to: operation) { operation in
            made { dnnl_primitive_desc_create(&$0, operation, attributes, Processor.engine, nil) }
        }
        let description = description
        primitive = made { dnnl_primitive_create(&$0, description) }
        scratchpad = Layout(dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0))
        check(dnnl_primitive_attr_destroy(attributes))
    }

    deinit {
        dnnl_primitive_destroy(primitive)
        dnnl_primitive_desc_destroy(description)
    }

    /// How the weights are to lie, where that was left to oneDNN.
    var weightLayout: Layout {
        Layout(dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0))
    }

    /// Computes the output, one of the arguments, from the others.
    func run(_ arguments: [Argument]) {
        withUnsafeTemporaryAllocation(byteCount: scratchpad.byteCount, alignment: 64) { scratch in
            guard let start = scratch.baseAddress, !scratch.isEmpty else {
                return execute(primitive, arguments)
            }
            execute(
                primitive, arguments + [(DNNL_ARG_SCRATCHPAD, scratchpad, UnsafeRawPointer(start))])
        }
    }
}

/// How an array of float32 lies in memory.
struct Layout: @unchecked Sendable {
    // Sendable: a value without references.
    private(set) var description = dnnl_memory_desc_t()

    init(_ dimensions: [Int], _ order: dnnl_format_tag_t) {
        let dimensions = dimensions.map { dnnl_dim_t($0) }
        check(
            dnnl_memory_desc_init_by_tag(
                &description, CInt(dimensions.count), dimensions, dnnl_f32, order))
    }

    fileprivate init(_ description: UnsafePointer<dnnl_memory_desc_t>?) {
        if let description { self.description = description.pointee }
    }

    var byteCount: Int {
        withUnsafePointer(to: description) { dnnl_memory_desc_get_size($0) }
    }

    static func == (left: Layout, right: Layout) -> Bool {
        withUnsafePointer(to: left.description) { left in
            withUnsafePointer(to: right.description) { dnnl_memory_desc_equal(left, $0) != 0 }
        }
    }

    /// Copies an array that lies as `source` says, so that it lies as this one.
    func copy(
        _ input: UnsafeRawPointer, layout source: Layout, to output: UnsafeMutableRawPointer
    ) {
        omp_set_num_threads(1)
        let description = withUnsafePointer(to: source.description) { source in
            withUnsafePointer(to: self.description) { target in
                made {
                    dnnl_reorder_primitive_desc_create(
                        &$0, source, Processor.engine, target, Processor.engine, nil)
                }
            }
        }
        let primitive: dnnl_primitive_t = made { dnnl_primitive_create(&$0, description) }
        execute(
            primitive,
            [(DNNL_ARG_SRC_0, source, input), (DNNL_ARG_DST_0, self, UnsafeRawPointer(output))])
        check(dnnl_primitive_destroy(primitive))
        check(dnnl_primitive_desc_destroy(description))
    }
}

/// The processor, as oneDNN knows it.
private struct Processor: @unchecked Sendable {
    // Sendable: an engine does not change.
    private static let shared = Processor(engine: made { dnnl_engine_create(&$0, dnnl_cpu, 0) })
    private let handle: dnnl_engine_t

    private init(engine: dnnl_engine_t) { handle = engine }

    static var engine: dnnl_engine_t { shared.handle }
}

private func execute(_ primitive: dnnl_primitive_t, _ arguments: [Primitive.Argument]) {
    omp_set_num_threads(1)
    let stream: dnnl_stream_t = made {
        dnnl_stream_create(&$0, Processor.engine, dnnl_stream_default_flags.rawValue)
    }
    let given = arguments.map { kind, layout, memory in
        withUnsafePointer(to: layout.description) { layout in
            dnnl_exec_arg_t(
                arg: kind,
                memory: made {
                    // oneDNN takes inputs and outputs alike as memory that it may write to.
                    dnnl_memory_create(
                        &$0, layout, Processor.engine, UnsafeMutableRawPointer(mutating: memory))
                })
        }
    }
    check(dnnl_primitive_execute(primitive, stream, CInt(given.count), given))
    check(dnnl_stream_wait(stream))
    for argument in given { check(dnnl_memory_destroy(argument.memory)) }
    check(dnnl_stream_destroy(stream))
}

/// What a call of oneDNN's makes.
private func made<Handle>(_ make: (inout Handle?) -> dnnl_status_t) -> Handle {
    var handle: Handle?
    check(make(&handle))
    guard let handle else { invariantFailure("oneDNN gave no handle") }
    return handle
}

/// What the CPU path asks of oneDNN, it has for every shape; only memory can be lacking.
func check(_ status: dnnl_status_t) {
    invariant(status == dnnl_success, "oneDNN failed with status \(status.rawValue)")
}
