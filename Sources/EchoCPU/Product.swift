import COneDNN

/// `output[m, n] = left[m, k] · weight[n, k]ᵀ + bias[n]`.
///
/// It is oneDNN's convolution of one pixel, over an image of one line whose pixels are the rows, and
/// whose channels are the columns: the same sums, but unlike its matrix product, which repacks both
/// sides in every call, it keeps the weight packed.
struct Product: Sendable {
    struct Sizes: Hashable, Sendable {
        let rows: Int
        let columns: Int
        let depth: Int
        var hasBias = true
    }

    private static let compiled = Compiled<Sizes, Product>()

    private let primitive: Primitive
    private let left, weight, bias, output: Layout
    private let hasBias: Bool

    /// The product of these sizes, compiled once.
    static func of(_ sizes: Sizes) -> Product { compiled.value(for: sizes) { Product(sizes) } }

    private init(_ sizes: Sizes) {
        let (rows, columns, depth) = (sizes.rows, sizes.columns, sizes.depth)
        left = Layout([1, depth, 1, rows], dnnl_nhwc)
        output = Layout([1, columns, 1, rows], dnnl_nhwc)
        bias = Layout([columns], dnnl_a)
        hasBias = sizes.hasBias
        var (left, output) = (left.description, output.description)
        var weight = Layout([columns, depth, 1, 1], dnnl_format_tag_any).description
        var convolution = dnnl_convolution_desc_t()
        let (one, zero): ([dnnl_dim_t], [dnnl_dim_t]) = ([1, 1], [0, 0])
        withUnsafePointer(to: bias.description) { [hasBias] bias in
            check(
                dnnl_convolution_forward_desc_init(
                    &convolution, dnnl_forward_inference, dnnl_convolution_direct, &left, &weight,
                    hasBias ? bias : nil, &output, one, zero, zero))
        }
        primitive = Primitive(convolution)
        self.weight = primitive.weightLayout
    }

    /// The weight `[n, k]` as ``run(_:weight:bias:to:)`` takes it: packed once, if it is a constant.
    func pack(_ weight: CPUView) -> CPUBackend.Buffer {
        weight.packed(
            as: self.weight, from: Layout([weight.shape[0], weight.shape[1], 1, 1], dnnl_oihw))
    }

    /// - Parameter weight: What ``pack(_:)`` gave.
    func run(
        _ left: UnsafePointer<Float>, weight: CPUBackend.Buffer, bias: UnsafePointer<Float>? = nil,
        to output: UnsafeMutablePointer<Float>
    ) {
        guard let start = weight.bytes.baseAddress else { return }
        var arguments: [Primitive.Argument] = [
            (DNNL_ARG_SRC_0, self.left, UnsafeRawPointer(left)),
            (DNNL_ARG_WEIGHTS_0, self.weight, UnsafeRawPointer(start)),
            (DNNL_ARG_DST_0, self.output, UnsafeRawPointer(output)),
        ]
        if hasBias, let bias {
            arguments.append((DNNL_ARG_BIAS, self.bias, UnsafeRawPointer(bias)))
        }
        primitive.run(arguments)
    }
}
