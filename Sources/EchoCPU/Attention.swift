import EchoGraph

extension Attention: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (qkv, offsets) = (inputs[0].floats, inputs[1])
        let stride = inputs[0].shape[1]
        let width = stride / 3
        let headWidth = width / headCount
        let scale = 1 / Float(headWidth).squareRoot()
        concurrently(offsets.groupCount * headCount) { task in
            let rows = offsets.rows(ofGroup: task / headCount)
            let query = qkv + rows.lowerBound * stride + (task % headCount) * headWidth
            let count = rows.count
            withUnsafeTemporaryAllocation(of: Float.self, capacity: count * count) { scores in
                guard let score = scores.baseAddress else { return }
                multiply(
                    rows: count, columns: count, depth: headWidth, scale: scale,
                    query, stride: stride, query + width, stride: stride, rightIsTransposed: true,
                    to: score, stride: count)
                for row in 0..<count { softmax(score + row * count, count) }
                multiply(
                    rows: count, columns: headWidth, depth: count,
                    score, stride: count, query + 2 * width, stride: stride,
                    rightIsTransposed: false,
                    to: output + rows.lowerBound * width + (task % headCount) * headWidth,
                    stride: width)
            }
        }
    }

    private func softmax(_ row: UnsafeMutablePointer<Float>, _ count: Int) {
        let (whole, rest) = vectorised(count)
        var maxima = SIMD16<Float>(repeating: -.infinity)
        for index in whole {
            let values = row[vector: index]
            maxima.replace(with: values, where: values .> maxima)
        }
        let maximum = rest.reduce(maxima.max()) { max($0, row[$1]) }

        var sums = SIMD16<Float>.zero
        for index in whole {
            let value = exponential(row[vector: index] - maximum)
            row[vector: index] = value
            sums += value
        }
        var sum = sums.sum()
        for index in rest {
            row[index] = exponential(SIMD16(repeating: row[index] - maximum))[0]
            sum += row[index]
        }

        for index in whole { row[vector: index] /= sum }
        for index in rest { row[index] /= sum }
    }

    /// `exp(x)` for `x <= 0`.
    @inline(__always) private func exponential(_ x: SIMD16<Float>) -> SIMD16<Float> {
        let log2e: Float = 1.44269504
        let y = x * log2e
        return powerOfTwo(y.replacing(with: -126, where: y .< -126))
    }
}
