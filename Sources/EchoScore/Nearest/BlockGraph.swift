import EchoGraph
import EchoStore
import EchoTensor

/// What a device computes of a block: for each query the rows of the largest keys.
struct BlockGraph {
    let graph: Graph
    /// Queries of each output, in order.
    let outputs: [(name: String, queries: Range<Int>)]
    /// Where groups of rows start: a constant of this graph alone.
    let groups: HostTensor

    /// Queries of one product: more of them would need more memory for scores, and gain nothing.
    static let queriesOfProduct = 256

    /// The names of the inputs.
    static let (rows, scale, offset) = ("rows", "scale", "offset")

    /// - Parameters:
    ///   - rowCount: Rows of the block.
    ///   - queries: Those of every product.
    ///   - candidates: Rows that are named for each query.
    ///   - resident: The block's rows if they are kept; nil if they are given at each run.
    init(
        rowCount: Int, queries: PreparedQueries, candidates: Int, resident: HostTensor? = nil
    ) throws {
        let width = queries.tensors[0].shape[1]
        var graph = Graph()
        let rows =
            resident.map { graph.constant($0) }
            ?? graph.input(Self.rows, TensorType([rowCount, width]))
        let scale = graph.input(Self.scale, TensorType([rowCount]))
        let offset = graph.input(Self.offset, TensorType([rowCount]))
        var starts = Array(stride(from: 0, to: rowCount, by: BlockSize.groupRows))
        starts.append(rowCount)
        let groupStarts = HostTensor(starts.map { Int32($0) }, [starts.count])
        let groups = graph.constant(groupStarts)
        var outputs: [(name: String, queries: Range<Int>)] = []
        var first = 0
        for (number, tensor) in queries.tensors.enumerated() {
            let count = tensor.shape[0]
            let bias = graph.constant(queries.biases[number])
            let scores = try graph.add(
                MatMul(), [rows, graph.constant(tensor), bias, groups], label: "scores \(number)")
            let best = try graph.add(
                TopK(count: candidates), [scores, scale, offset], label: "nearest \(number)")
            graph.output("nearest \(number)", best)
            outputs.append(("nearest \(number)", first..<first + count))
            first += count
        }
        (self.graph, self.outputs, self.groups) = (graph, outputs, groupStarts)
    }
}
