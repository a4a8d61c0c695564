import EchoModel
import Testing

/// The head count, from a configuration beside the weights or from the width.
@Suite(.timeLimit(.minutes(20))) struct HeadCountTests {
    @Test(arguments: [
        (#"{"num_heads": 2}"#, 2), (#"{"n_heads": 4}"#, 4), (#"{"heads":8}"#, 8),
        (#"{"num_attention_heads":64}"#, 64), (#"{"heads":2,"num_heads":2}"#, 2),
        (#"{"epochs": 5, "name": "x", "list": [1.5e3, {"heads": 7}], "no": null}"#, 1),
        ("{}", 1), (" \n{\"num_heads\":1}\n", 1),
    ])
    func theConfigurationMayGiveIt(_ json: String, _ heads: Int) throws {
        let weights = try load(json, width: 64)
        #expect(weights.configuration.headCount == heads)
        #expect(weights.configuration.headWidth == 64 / heads)
    }

    @Test(arguments: [(64, 1), (128, 2), (192, 3)])
    func theWidthGivesItOtherwise(width: Int, heads: Int) throws {
        #expect(try load(nil, width: width).configuration.headCount == heads)
    }

    @Test(arguments: [
        (#"{"num_heads": 3}"#, "num_heads 3, width 64"),
        (#"{"num_heads": 0}"#, "num_heads 0, width 64"),
        (#"{"heads": -1}"#, "heads -1, width 64"),
        (#"{"heads": 128}"#, "heads 128, width 64"),
        (#"{"heads": 2.5}"#, #""2.5" is not a 64-bit integer"#),
        (#"{"heads": "2"}"#, "expected a value"),
        (#"{"heads": 2, "num_heads": 4}"#, "heads is 2, num_heads is 4"),
        (#"{"heads": 2, "heads": 4}"#, #"duplicate key "heads""#),
        ("", "is empty"), ("{", "found the end"), ("[]", "expected '{'"), ("{}{}", "the end"),
        ("{\"a\": tru}", "expected true"), ("{\"a\": .5}", "expected a value"),
        ("{\"a\": 1.}", "expected a value"), ("{\"a\": 1e}", "expected a value"),
        ("{\"a\": -}", "expected a value"), ("{\"a\": NaN}", "expected a value"),
        ("{'heads': 2}", "expected '\"'"),
    ])
    func aBadConfigurationIsAnError(_ json: String, _ complaint: String) throws {
        let error = #expect(throws: ModelError.self) { try load(json, width: 64) }
        let description = try #require(error).description
        #expect(description.contains("/config.json: "))
        #expect(description.contains(complaint), "\(description)")
    }

    /// A config.json of another model: both values are named.
    @Test(arguments: [
        (#"{"embed_dim": 384}"#, "embed_dim is 384, and the weights have 64"),
        (#"{"heads": 1, "encoder_depth": 12}"#, "encoder_depth is 12, and the weights have 1"),
        (#"{"band_width": 64}"#, "band_width is 64, and every ECHO encoder has 32"),
        (#"{"shift_size": 8}"#, "shift_size is 8, and every ECHO encoder has 16"),
    ])
    func otherSizesThanTheWeightsAreRefused(_ json: String, _ complaint: String) throws {
        let error = try #require(
            #expect(throws: ModelError.self) { try load(json, width: 64) })
        #expect(error.file.hasSuffix("/config.json"))
        #expect(error.values == complaint)
        #expect(error.what.contains("/model.safetensors"))
    }

    @Test func theSizesOfTheWeightsAreAccepted() throws {
        let json = """
            {"embed_dim": 64, "encoder_depth": 1, "band_width": 32, "shift_size": 16, "spec_len": 1024}
            """
        #expect(try load(json, width: 64).configuration.embeddingWidth == 64)
    }

    @Test func aWidthThatGivesNoHeadCountAsksForAConfiguration() throws {
        let error = #expect(throws: ModelError.self) { try load(nil, width: 96) }
        #expect(error?.values == "width 96 is not a multiple of 64")
        #expect(error?.remedy.contains("num_heads") == true)
        #expect(try load(#"{"num_heads": 3}"#, width: 96).configuration.headWidth == 32)
    }

    /// Loads a model of this width with this config.json beside it.
    private func load(_ json: String?, width: Int) throws -> Weights {
        let folder = try TemporaryFolder()
        let configuration = Configuration(
            embeddingWidth: width, layerCount: 1, headCount: 1, feedForwardWidth: 8)
        let raw = try rawCheckpoint(configuration: configuration)
        let path = try folder.write(RawSafetensors.file(raw))
        if let json { _ = try folder.write(json, "config.json") }
        return try Weights.load(path: path)
    }
}
