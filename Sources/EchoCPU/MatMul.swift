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
        for column in 0..<columns { row[column] += bias[column] }
        guard epilogue == .gelu else { return }
        let values = UnsafeMutableRawPointer(row)
        let whole = columns / 16 * 16
        for column in stride(from: 0, to: whole, by: 16) {
            let x = values.loadUnaligned(fromByteOffset: 4 * column, as: SIMD16<Float>.self)
            values.storeBytes(of: gelu(x), toByteOffset: 4 * column, as: SIMD16<Float>.self)
        }
        for column in whole..<columns { row[column] = gelu(SIMD16(repeating: row[column]))[0] }
    }
}
