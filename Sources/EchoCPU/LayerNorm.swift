import COneDNN
import EchoGraph

extension LayerNorm: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (input, weight, bias) = (inputs[0].floats, inputs[1].floats, inputs[2].floats)
        let residual = hasResidual ? inputs[3].floats : nil
        let (rows, width) = (inputs[0].shape[0], inputs[0].shape[1])
        let block = 128
        concurrently((rows + block - 1) / block) { task in
            let count = min(block, rows - task * block)
            let start = task * block * width
            let result = output + start
            if let residual {
                add(input + start, residual + start, to: result, count * width)
            }
            RowNorm.of(.init(rows: count, width: width, epsilon: epsilon)).run(
                residual == nil ? input + start : UnsafePointer(result), weight, bias, to: result)
        }
    }
}

/// `output[i] = left[i] + right[i]`.
private func add(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    to output: UnsafeMutablePointer<Float>, _ count: Int
) {
    for index in 0..<count { output[index] = left[index] + right[index] }
}

/// The norm itself, which is oneDNN's.
private struct RowNorm: Sendable {
    struct Sizes: Hashable, Sendable {
        let rows, width: Int
        let epsilon: Float
    }

    private static let compiled = Compiled<Sizes, RowNorm>()

    private let primitive: Primitive
    private let rows, vector: Layout

    static func of(_ sizes: Sizes) -> RowNorm { compiled.value(for: sizes) { RowNorm(sizes) } }

    private init(_ sizes: Sizes) {
        rows = Layout([sizes.rows, sizes.width], dnnl_ab)
        vector = Layout([sizes.width], dnnl_a)
        var (rows, norm) = (rows.description, dnnl_layer_normalization_desc_t())
        check(
            dnnl_layer_normalization_forward_desc_init(
                &norm, dnnl_forward_inference, &rows, nil, sizes.epsilon,
                dnnl_use_scale.rawValue | dnnl_use_shift.rawValue))
        primitive = Primitive(norm)
    }

    /// `output` may be `input`.
    func run(
        _ input: UnsafePointer<Float>, _ weight: UnsafePointer<Float>,
        _ bias: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>
    ) {
        primitive.run([
            (DNNL_ARG_SRC_0, rows, UnsafeRawPointer(input)),
            (DNNL_ARG_SCALE, vector, UnsafeRawPointer(weight)),
            (DNNL_ARG_SHIFT, vector, UnsafeRawPointer(bias)),
            (DNNL_ARG_DST_0, rows, UnsafeRawPointer(output)),
        ])
    }
}
