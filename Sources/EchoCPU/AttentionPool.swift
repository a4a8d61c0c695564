import EchoGraph

extension AttentionPool: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (queries, x, offsets) = (inputs[0].floats, inputs[1].floats, inputs[2])
        let width = inputs[1].shape[1]
        concurrently(offsets.groupCount) { sequence in
            let rows = offsets.rows(ofGroup: sequence)
            let (start, count) = (sequence * headCount * width, rows.count)
            let sequenceRows = x + rows.lowerBound * width
            withUnsafeTemporaryAllocation(of: Float.self, capacity: headCount * count) { scores in
                guard let score = scores.baseAddress else { return }
                multiply(
                    rows: headCount, columns: count, depth: width,
                    queries + start, stride: width, sequenceRows, stride: width,
                    rightIsTransposed: true, to: score, stride: count)
                softmax(score, rows: headCount, columns: count)
                multiply(
                    rows: headCount, columns: width, depth: count,
                    score, stride: count, sequenceRows, stride: width, rightIsTransposed: false,
                    to: output + start, stride: width)
            }
        }
    }
}
