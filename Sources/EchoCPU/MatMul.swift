import EchoGraph
import Glibc

extension MatMul: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (input, weight, bias) = (inputs[0].floats, inputs[1].floats, inputs[2].floats)
        let (depth, columns) = (inputs[1].shape[1], inputs[1].shape[0])
        let offsets = inputs[3]
        concurrently(offsets.sequenceCount) { sequence in
            let rows = offsets.rows(ofSequence: sequence)
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
        switch epilogue {
        case .identity:
            for column in 0..<columns { row[column] += bias[column] }
        case .gelu:
            for column in 0..<columns {
                let x = row[column] + bias[column]
                row[column] = x * 0.5 * (1 + erff(x * Float(0.5).squareRoot()))
            }
        }
    }
}
