import EchoCPU
import EchoGraph
import EchoModel
import EchoTensor
import EchoTestSupport
import Testing

/// The last layer for CLS tokens alone, beside the CLS rows of the whole layer.
@Suite(.timeLimit(.minutes(20))) struct ClassTokenLayerTests {
    @Test(arguments: [Configuration.tiny, .small])
    func itsRowsAreThoseOfTheWholeLayer(configuration: Configuration) throws {
        let weights = Weights.synthetic(seed: 3, configuration: configuration)
        let (layer, width) = (weights.layers[11], configuration.embeddingWidth)
        let lengths = [1, 64, 17, 126]
        let starts = lengths.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1)) }
        let tokenCount = lengths.reduce(0, +)
        // As a norm leaves them: of variance 1.
        let tokens = HostTensor([tokenCount, width]) { values in
            for index in values.indices {
                values[index] = Float((index * 7919) % 10007) / 10007 * 3.46 - 1.73
            }
        }
        var graph = Graph()
        let x = graph.input("x", tokens.type)
        let offsets = graph.input("offsets", TensorType([starts.count], .int32))
        let rows = graph.input("rows", TensorType([lengths.count], .int32))
        let groups = graph.input("groups", TensorType([2], .int32))
        let attention = Attention(headCount: configuration.headCount, longestSequence: 126)
        let all = try EncoderLayer(attention: attention, epsilon: 1e-6).add(
            to: &graph, x, offsets: offsets, groups: offsets,
            weights: layer.inOrder.map { graph.constant($0) }, label: "whole")
        graph.output("expected", try graph.add(Gather(), [all, rows], label: "cls"))
        graph.output(
            "actual",
            try ClassTokenLayer(layer, headCount: configuration.headCount).add(
                to: &graph, x, offsets: offsets, longestSequence: 126, rows: rows, groups: groups,
                epsilon: 1e-6, label: "alone"))
        let run = try Executor(CPUBackend(), fallback: CPUBackend()).run(
            graph,
            inputs: [
                "x": tokens, "offsets": HostTensor(starts, [starts.count]),
                "rows": HostTensor(Array(starts.dropLast()), [lengths.count]),
                "groups": HostTensor([0, Int32(lengths.count)], [2]),
            ])
        let (expected, actual) = try (
            #require(run.outputs["expected"]), #require(run.outputs["actual"])
        )
        // Normalised values near 1 from sums in another order: some tens of roundings of 6e-8.
        #expect(zip(expected.floats, actual.floats).allSatisfy { abs($0 - $1) < 1e-5 })
    }
}
