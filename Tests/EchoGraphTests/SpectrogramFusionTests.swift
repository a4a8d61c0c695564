import EchoGraph
import EchoTensor
import Testing

/// What becomes one node with a spectrogram, and what must not.
@Suite(.timeLimit(.minutes(20))) struct SpectrogramFusionTests {
    /// What can be different about the nodes around an ``STFT``.
    enum Change: CaseIterable {
        case none, samplesAreOutput, patchesAreOutput, otherSegments
    }

    /// Samples of 16 bits, their spectrogram, and a product that stores halves.
    private static func makeGraph(_ change: Change) throws -> Graph {
        var graph = Graph()
        let segments = change == .otherSegments ? 2 : 1
        let samples = try graph.add(
            PCM(),
            [
                graph.input("codes", TensorType([400], .int16)),
                graph.input("starts", TensorType([segments + 1], .int32)),
                graph.input("levels", TensorType([segments], .int32)),
                graph.input("remainders", TensorType([segments])),
            ], label: "samples")
        let segment = STFT.Segment(
            sampleOffset: 0, frameCount: 1, windowLength: 400, hop: 160, firstToken: 0)
        let patches = try graph.add(
            STFT(segments: [segment]),
            [samples, graph.input("blocks", TensorType([1, 6], .int32))], label: "spectrogram")
        let groups = graph.input("groups", TensorType([2], .int32))
        let weights = [
            graph.constant(HostTensor([4, 512]) { _ in }), graph.constant(HostTensor([4]) { _ in }),
        ]
        graph.output(
            "product", try graph.add(MatMul(), [patches] + weights + [groups], label: "product"))
        if change == .samplesAreOutput { graph.output("samples", samples) }
        if change == .patchesAreOutput { graph.output("patches", patches) }
        return graph
    }

    @Test func samplesAndConversionsBecomePartOfIt() throws {
        let graph = try Self.makeGraph(.none)
        let single = try graph.fusingSpectrograms()
        #expect(single.nodes.map(\.operation.stem) == ["pcm_stft", "matmul"])
        #expect(single.type(of: single.nodes[0].output).description == "float32 [14, 512]")

        let halves = try graph.storingHalves().fusingSpectrograms()
        #expect(halves.nodes.map(\.label) == ["spectrogram", "product", "product.float32"])
        let node = halves.nodes[0]
        #expect(halves.type(of: node.output).description == "float16 [14, 512]")
        #expect(
            node.inputs.map { halves.type(of: $0).description } == [
                "int16 [400]", "int32 [2]", "int32 [1]", "float32 [1]", "int32 [1, 6]",
            ])
    }

    @Test func whatOthersReadStays() throws {
        func stems(_ change: Change) throws -> [String] {
            try Self.makeGraph(change).storingHalves().fusingSpectrograms().nodes
                .map(\.operation.stem)
        }
        let behind = ["matmul", "convert"]
        #expect(try stems(.samplesAreOutput) == ["pcm", "stft"] + behind)
        #expect(try stems(.patchesAreOutput) == ["pcm_stft", "convert"] + behind)
        #expect(try stems(.otherSegments) == ["pcm", "stft"] + behind)
    }
}
