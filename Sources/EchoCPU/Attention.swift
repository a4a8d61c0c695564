import EchoGraph

extension Attention: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (qkv, offsets) = (inputs[0].floats, inputs[1])
        let stride = inputs[0].shape[1]
        let width = stride / 3
        let headWidth = width / headCount
        let scale = 1 / Float(headWidth).squareRoot()
        concurrently(offsets.groupCount) { sequence in
            let rows = offsets.rows(ofGroup: sequence)
            let count = rows.count
            let (query, result) = (qkv + rows.lowerBound * stride, output + rows.lowerBound * width)
            let memory = CPUBackend.Buffer(byteCount: 4 * headCount * count * count)
            defer { withExtendedLifetime(memory) {} }
            let scores = memory.floats(headCount * count * count)
            for head in 0..<headCount {
                let query = query + head * headWidth
                multiply(
                    rows: count, columns: count, depth: headWidth, scale: scale,
                    query, stride: stride, query + width, stride: stride, rightIsTransposed: true,
                    to: scores + head * count * count, stride: count)
            }
            softmax(scores, rows: headCount * count, columns: count)
            for head in 0..<headCount {
                multiply(
                    rows: count, columns: headWidth, depth: count,
                    scores + head * count * count, stride: count,
                    query + 2 * width + head * headWidth, stride: stride, rightIsTransposed: false,
                    to: result + head * headWidth, stride: width)
            }
        }
    }
}
