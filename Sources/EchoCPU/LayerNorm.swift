import EchoGraph

extension LayerNorm: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (input, weight, bias) = (inputs[0].floats, inputs[1].floats, inputs[2].floats)
        let residual = hasResidual ? inputs[3].floats : nil
        let (rows, width) = (inputs[0].shape[0], inputs[0].shape[1])
        let block = 64
        concurrently((rows + block - 1) / block) { task in
            for row in task * block..<min(rows, (task + 1) * block) {
                let start = row * width
                normalise(
                    input + start, residual.map { $0 + start }, weight, bias,
                    to: output + start, width)
            }
        }
    }

    private func normalise(
        _ input: UnsafePointer<Float>, _ residual: UnsafePointer<Float>?,
        _ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
        to output: UnsafeMutablePointer<Float>, _ width: Int
    ) {
        let (whole, rest) = vectorised(width)
        var sums = SIMD16<Float>.zero
        for column in whole {
            let x = input[vector: column] + (residual?[vector: column] ?? .zero)
            output[vector: column] = x
            sums += x
        }
        var sum = sums.sum()
        for column in rest {
            output[column] = input[column] + (residual?[column] ?? 0)
            sum += output[column]
        }
        let mean = sum / Float(width)

        var squares = SIMD16<Float>.zero
        for column in whole {
            let centred = output[vector: column] - mean
            squares += centred * centred
        }
        let square = rest.reduce(squares.sum()) { total, column in
            total + (output[column] - mean) * (output[column] - mean)
        }
        let factor = 1 / (square / Float(width) + epsilon).squareRoot()

        for column in whole {
            let centred = output[vector: column] - mean
            output[vector: column] =
                centred * factor * weight[vector: column] + bias[vector: column]
        }
        for column in rest {
            output[column] = (output[column] - mean) * factor * weight[column] + bias[column]
        }
    }
}
