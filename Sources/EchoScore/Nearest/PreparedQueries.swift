import EchoStore
import EchoTensor

/// Queries as devices multiply rows with them.
struct PreparedQueries {
    let metric: Metric
    /// |w| of each.
    let lengths: [Double]
    /// The power of two that they are divided by, one for all.
    let exponent: Int
    /// Some queries each, `[Q, width]`.
    let tensors: [HostTensor]
    /// What is added to their products: zeros, `[Q]`.
    let biases: [HostTensor]

    init(_ preparation: RowPreparation, _ values: UnsafeBufferPointer<Float>, width: Int) {
        metric = preparation.metric
        let count = values.count / max(width, 1)
        func row(_ index: Int) -> UnsafeBufferPointer<Float> {
            values.extracting(index * width..<(index + 1) * width)
        }
        let scratch = UnsafeMutablePointer<Float>.allocate(capacity: max(width, 1))
        defer { scratch.deallocate() }
        lengths = (0..<count).map { preparation.prepare(row($0), to: scratch).length }
        let exponent =
            preparation.metric == .cosine
            ? 0 : RowPreparation.exponent(of: lengths.reduce(0, max))
        self.exponent = exponent
        tensors = stride(from: 0, to: count, by: BlockGraph.queriesOfProduct).map { first in
            let some = first..<min(first + BlockGraph.queriesOfProduct, count)
            return HostTensor([some.count, width]) { destination in
                guard let start = destination.baseAddress else { return }
                for index in some {
                    _ = preparation.prepare(
                        row(index), to: start + (index - first) * width, exponent: exponent)
                }
            }
        }
        biases = tensors.map { tensor in
            let count = tensor.shape[0]
            return HostTensor([Float](repeating: 0, count: count), [count])
        }
    }

    /// What a backend keeps of them until it is told to forget it.
    var constants: [HostTensor] { tensors + biases }
}
