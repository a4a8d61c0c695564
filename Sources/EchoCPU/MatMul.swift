import EchoCPUVectors
import EchoGraph

extension MatMul: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (input, weight, bias, groups) = (
            inputs[0].floats, inputs[1], inputs[2].floats, inputs[3]
        )
        let (depth, columns) = (weight.shape[1], weight.shape[0])
        concurrently(groups.groupCount) { group in
            let rows = groups.rows(ofGroup: group)
            guard !rows.isEmpty else { return }
            let product = Product.of(.init(rows: rows.count, columns: columns, depth: depth))
            let result = output + rows.lowerBound * columns
            product.run(
                input + rows.lowerBound * depth, weight: product.pack(weight), bias: bias,
                to: result)
            if epilogue == .gelu { echo_gelu(result, rows.count * columns) }
        }
    }
}
