import EchoGraph
import EchoModel
import EchoTensor
import Testing

/// The encoder's graph: its nodes, their shapes, and what it asks for.
@Suite(.timeLimit(.minutes(20))) struct EncoderGraphTests {
    /// 7 bands of 2 patches and CLS, and 1 band of 1 patch and CLS: 23 tokens, 8 sequences.
    private static let layout = BatchLayout([
        .init(sampleRate: 16000, windowLength: 400, hop: 160, frameCount: 20),
        .init(sampleRate: 1000, windowLength: 25, hop: 10, frameCount: 3),
    ])
    private static let tiny = Encoder(Weights.synthetic(seed: 1))
    private static let small = Encoder(Weights.synthetic(seed: 1, configuration: .small))

    @Test(arguments: [(tiny, 192), (small, 384)])
    func everyNodeHasItsShape(encoder: Encoder, width: Int) throws {
        let graph = try encoder.graph(for: Self.layout, wantsRows: true)
        let shapes = Dictionary(
            uniqueKeysWithValues: graph.nodes.map {
                ($0.label, graph.type(of: $0.output).shape)
            })
        #expect(shapes.count == 2 + 12 * 7 + 9 + 2)
        #expect(shapes["spectrogram"] == [23, 512])
        #expect(shapes["patch_embed"] == [23, width])
        for layer in ["layer.0", "layer.11"] {
            #expect(shapes["\(layer).qkv"] == [23, 3 * width])
            #expect(shapes["\(layer).attention"] == [23, width])
            #expect(shapes["\(layer).output"] == [23, width])
            #expect(shapes["\(layer).norm1"] == [23, width])
            #expect(shapes["\(layer).hidden"] == [23, 4 * width])
            #expect(shapes["\(layer).projection"] == [23, width])
            #expect(shapes["\(layer).norm2"] == [23, width])
        }
        #expect(graph.outputs.map(\.name) == ["utterance", "segment"])
        #expect(shapes["utterance.query"] == [8, width * width / 64])
        #expect(shapes["utterance.attention"] == [8, width * width / 64])
        #expect(shapes["utterance.norm"] == [8, width])
        #expect(shapes["segment.norm"] == [15, width])
    }

    @Test func theLayersArePostNormWithTheirResiduals() throws {
        let graph = try Self.tiny.graph(for: Self.layout, wantsRows: false)
        func node(_ label: String) throws -> Graph.Node {
            try #require(graph.nodes.first { $0.label == label })
        }
        let (before, norm1) = (try node("layer.0.norm2"), try node("layer.1.norm1"))
        let (output, norm2) = (try node("layer.1.output"), try node("layer.1.norm2"))
        #expect(norm1.inputs[0] == before.output)
        #expect(norm1.inputs[3] == output.output)
        #expect(norm2.inputs[0] == norm1.output)
        #expect(norm2.inputs[3] == (try node("layer.1.projection")).output)
        #expect((norm1.operation as? LayerNorm)?.epsilon == 1e-6)
        #expect((norm2.operation as? LayerNorm)?.epsilon == 1e-6)
        #expect((try node("utterance.norm").operation as? LayerNorm)?.epsilon == 1e-5)
        #expect((try node("layer.1.hidden").operation as? MatMul)?.epilogue == .gelu)
        #expect((try node("layer.1.projection").operation as? MatMul)?.epilogue == .identity)
        #expect((try node("layer.1.attention").operation as? Attention)?.headCount == 3)
        #expect((try node("layer.1.attention").operation as? Attention)?.longestSequence == 3)
    }

    /// The last layer reads all 23 tokens, and computes the 8 CLS rows alone.
    @Test func rowsAreOnlyComputedWhereTheyAreWanted() throws {
        let graph = try Self.tiny.graph(for: Self.layout, wantsRows: false)
        #expect(graph.outputs.map(\.name) == ["utterance"])
        #expect(!graph.nodes.contains { $0.label.hasPrefix("segment") })
        #expect(!graph.nodes.contains { $0.label.hasPrefix("layer.11") })
        for node in graph.nodes {
            let isNarrow = node.label.hasPrefix("utterance.")
            #expect(graph.type(of: node.output).shape[0] == (isNarrow ? 8 : 23), "\(node.label)")
        }
    }

    @Test func utterancesAreComputedInTheSameWayWhereRowsAreWantedToo() throws {
        let alone = try Self.tiny.graph(for: Self.layout, wantsRows: false)
        let both = try Self.tiny.graph(for: Self.layout, wantsRows: true)
        let labels = both.nodes.map(\.label)
        #expect(
            alone.nodes.map(\.label)
                == labels.filter {
                    !$0.hasPrefix("layer.11.") && !$0.hasPrefix("segment.")
                })
    }

    @Test(arguments: [Encoder.Source.samples, .pcm, .patches], [true, false])
    func itsInputsFollowFromTheLayoutButForTheSignal(
        source: Encoder.Source, wantsRows: Bool
    ) throws {
        let graph = try Self.tiny.graph(for: Self.layout, from: source, wantsRows: wantsRows)
        let given = Self.tiny.inputs(for: Self.layout)
        var missing: [String: TensorType] = [:]
        for (type, origin) in zip(graph.types, graph.sources) {
            guard case .input(let name) = origin else { continue }
            if let tensor = given[name] {
                #expect(tensor.type == type, "\(name)")
            } else {
                missing[name] = type
            }
        }
        let samples: Shape = [19 * 160 + 400 + 2 * 10 + 25]
        let expected: [String: TensorType] =
            switch source {
            case .samples: ["samples": TensorType(samples)]
            case .pcm:
                [
                    "codes": TensorType(samples, .int16), "levels": TensorType([2], .int32),
                    "remainders": TensorType([2]),
                ]
            case .patches: ["patches": TensorType([23, 512])]
            }
        #expect(missing == expected)
    }

    @Test func frequencyTermsAreInterleavedSinesAndCosines() throws {
        let terms = try #require(Self.tiny.inputs(for: Self.layout)["frequencies"])
        #expect(terms.shape == [8, 192])
        // Band 0 of 16 kHz: position 15.5 * 40 Hz / 8000 Hz; w_0 = 1, w_48 = 10000 ^ -0.5.
        let values = terms.floats
        #expect(abs(values[0] - 0.93351428) < 1e-6)  // sin(25 * 0.0775)
        #expect(abs(values[1] - -0.35854022) < 1e-6)  // cos(25 * 0.0775)
        #expect(abs(values[96] - 0.01937379) < 1e-7)  // sin(25 * 0.0775 / 100)
        #expect(abs(values[97] - 0.99981231) < 1e-6)
    }

    @Test func theSpectrogramsGraphIsOneNode() throws {
        let graph = try Self.tiny.spectrogramGraph(for: Self.layout)
        #expect(graph.nodes.map(\.operation.stem) == ["stft"])
        #expect(graph.outputs.map(\.name) == ["patches"])
    }

    /// Every layer of all tokens, of 7 nodes, becomes one.
    @Test(arguments: [(true, 12), (false, 11)])
    func itsLayersCanBeFused(wantsRows: Bool, fused: Int) throws {
        let graph = try Self.tiny.graph(for: Self.layout, wantsRows: wantsRows).fusingLayers()
        let layers = graph.nodes.filter { $0.operation is EncoderLayer }
        #expect(layers.map(\.label) == (0..<fused).map { "layer.\($0)" })
        #expect(graph.nodes.count == 2 + fused + 9 + (wantsRows ? 2 : 0))
        #expect(
            graph.outputs.map(\.name) == (wantsRows ? ["utterance", "segment"] : ["utterance"]))
    }

    /// Each layer's output and projection take the norm behind them along.
    @Test(arguments: [true, false])
    func itsNormsCanBeFused(wantsRows: Bool) throws {
        let graph = try Self.tiny.graph(for: Self.layout, wantsRows: wantsRows)
        let fused = try graph.fusingNorms()
        let labels = fused.nodes.filter { $0.operation is MatMulNorm }.map(\.label)
        let layers =
            (0..<11).map { "layer.\($0)" } + ["utterance"] + (wantsRows ? ["layer.11"] : [])
        #expect(labels == layers.flatMap { ["\($0).norm1", "\($0).norm2"] })
        #expect(fused.nodes.count == graph.nodes.count - labels.count)
    }

    @Test func itsMemoryIsThatOfTheWidestStepNotOfAllLayers() throws {
        let graph = try Self.tiny.graph(for: Self.layout, wantsRows: true)
        let plan = MemoryPlan(graph, Schedule(graph))
        #expect(plan.peakByteCount < plan.totalByteCount / 8)
    }

    @Test func aFullSegmentUsesTheWholePositionTable() throws {
        let layout = BatchLayout([
            .init(sampleRate: 1000, windowLength: 25, hop: 10, frameCount: 2000)
        ])
        let graph = try Self.tiny.graph(for: layout, wantsRows: true)
        let embed = try #require(graph.nodes.first { $0.label == "patch_embed" })
        #expect(graph.type(of: embed.inputs[2]).shape[0] == layout.longestSequence)
    }
}
