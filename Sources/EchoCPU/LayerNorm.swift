import EchoGraph

extension LayerNorm: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (input, weight, bias) = (inputs[0].floats, inputs[1].floats, inputs[2].floats)
        let residual = hasResidual ? inputs[3].floats : nil
        let (rows, width) = (inputs[0].shape[0], inputs[0].shape[1])
        let block = 64
        concurrently((rows + block - 1) / block) { task in
            for row in task * block..<min(rows, (task + 1) * block) {
                let result = output + row * width
                var sum: Float = 0
                for column in 0..<width {
                    let index = row * width + column
                    result[column] = input[index] + (residual.map { $0[index] } ?? 0)
                    sum += result[column]
                }
                let mean = sum / Float(width)
                var squares: Float = 0
                for column in 0..<width {
                    let centred = result[column] - mean
                    squares += centred * centred
                }
                let factor = 1 / (squares / Float(width) + epsilon).squareRoot()
                for column in 0..<width {
                    result[column] =
                        (result[column] - mean) * factor * weight[column] + bias[column]
                }
            }
        }
    }
}
