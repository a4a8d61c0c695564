import EchoGraph
import EchoTensor

extension Gather {
    /// One row of one, rows out of order and repeated, and the model's width.
    static var cases: [OperationCase] {
        [(1, 1, 1), (33, 31, 64), (126, 192, 7), (67, 384, 67)].map { rows, width, count in
            var values = SeededValues(rows + width)
            let picked = (0..<count).map { Int32(($0 * 31 + 5) % rows) }
            return OperationCase(
                operation: Gather(), shape: "T=\(rows) D=\(width) R=\(count)",
                inputs: [
                    .given(values.tensor([rows, width])), .given(HostTensor(picked, [count])),
                ])
        }
    }
}
