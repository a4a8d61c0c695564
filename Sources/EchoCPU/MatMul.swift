import EchoGraph

extension MatMul: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (input, weight, bias) = (inputs[0].floats, inputs[1].floats, inputs[2].floats)
        let (depth, columns) = (inputs[1].shape[1], inputs[1].shape[0])
        let groups = inputs[3]
        concurrently(groups.groupCount) { group in
            let rows = groups.rows(ofGroup: group)
            let result = output + rows.lowerBound * columns
            multiply(
                rows: rows.count, columns: columns, depth: depth,
                input + rows.lowerBound * depth, stride: depth, weight, stride: depth,
                rightIsTransposed: true, to: result, stride: columns)
            for row in 0..<rows.count {
                finish(result + row * columns, bias, columns)
            }
        }
    }

    private func finish(
        _ row: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>, _ columns: Int
    ) {
        let (whole, rest) = vectorised(columns)
        for column in whole {
            let x = row[vector: column] + bias[vector: column]
            row[vector: column] = epilogue == .gelu ? gelu(x) : x
        }
        for column in rest {
            let x = row[column] + bias[column]
            row[column] = epilogue == .gelu ? gelu(SIMD16(repeating: x))[0] : x
        }
    }
}
