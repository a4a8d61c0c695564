import EchoGraph
import EchoTensor
import Testing

/// Which values of a graph become halves, and where they are converted.
@Suite(.timeLimit(.minutes(20))) struct HalfStorageTests {
    /// A product of a spectrogram, its rows normed and gathered twice.
    private static func makeGraph() throws -> Graph {
        var graph = Graph()
        func constant(_ shape: Shape) -> Graph.Value { graph.constant(HostTensor(shape) { _ in }) }
        let samples = graph.input("samples", TensorType([400]))
        let groups = graph.input("groups", TensorType([2], .int32))
        let segment = STFT.Segment(
            sampleOffset: 0, frameCount: 1, windowLength: 400, hop: 160, firstToken: 0)
        let blocks = graph.input("blocks", TensorType([1, 6], .int32))
        let patches = try graph.add(
            STFT(segments: [segment]), [samples, blocks], label: "spectrogram")
        let product = try graph.add(
            MatMul(), [patches, constant([4, 512]), constant([4]), groups], label: "product")
        let norm = try graph.add(
            LayerNorm(epsilon: 1e-5, hasResidual: true),
            [product, constant([4]), constant([4]), product], label: "norm")
        graph.output("norm", norm)
        graph.output("again", norm)
        graph.output("patches", patches)
        return graph
    }

    @Test func matricesBecomeHalvesBetweenConversions() throws {
        let halves = try Self.makeGraph().storingHalves()
        #expect(
            halves.nodes.map(\.label) == [
                "spectrogram", "spectrogram.float16", "product", "norm", "norm.float32",
            ])
        #expect(
            halves.nodes.map { halves.type(of: $0.output).element }
                == [.float32, .float16, .float16, .float16, .float32])
        let product = halves.nodes[2].inputs.map { halves.type(of: $0).description }
        #expect(product == ["float16 [14, 512]", "float16 [4, 512]", "float32 [4]", "int32 [2]"])
        #expect(halves.outputs.map(\.name) == ["norm", "again", "patches"])
        #expect(
            halves.outputs.map { halves.type(of: $0.value).element } == [
                .float32, .float32, .float32,
            ])
        #expect(halves.outputs[0].value == halves.outputs[1].value, "one conversion for both")
    }

    @Test func matricesOfTheModelAreAskedForByTheirTensor() throws {
        var asked: [Shape] = []
        _ = try Self.makeGraph().storingHalves { tensor in
            asked.append(tensor.shape)
            return tensor.stored(as: .float16)
        }
        #expect(asked == [[4, 512]])
    }

    @Test func activationsTakeHalfTheMemory() throws {
        let graph = try Self.makeGraph()
        let halves = try graph.storingHalves()
        func bytes(_ label: String, _ graph: Graph) -> Int? {
            graph.nodes.first { $0.label == label }.map { graph.type(of: $0.output).byteCount }
        }
        #expect(bytes("product", graph) == 14 * 4 * 4)
        #expect(bytes("product", halves) == 14 * 4 * 2)
    }
}
