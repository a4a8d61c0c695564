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
}
