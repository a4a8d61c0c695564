import EchoModel
import EchoTensor
import Foundation
import Testing

/// The generator against hashes of what the Python one makes (Fixtures/make_synthetic_hashes.py).
@Suite(.timeLimit(.minutes(20))) struct SyntheticWeightsTests {
    @Test(arguments: try SyntheticCase.fixture())
    func everyTensorEqualsPythonsBitForBit(_ expected: SyntheticCase) {
        let weights = Weights.synthetic(
            seed: expected.seed, gain: expected.gain, configuration: expected.configuration)
        #expect(weights.tensors.count == expected.hashes.count)
        for (name, hash) in expected.hashes {
            #expect(weights.tensors[name].map(fnv1a64) == hash, "\(name)")
        }
    }

    @Test(
        arguments: [
            (
                "encoder.layers.0.linear1.weight",
                [
                    0.04821077734231949, 0.06909424811601639, -0.07227132469415665,
                    0.07792294025421143,
                ]
            ),
            (
                "encoder.layers.11.norm2.weight",
                [1.016985297203064, 0.9868975281715393, 0.909317672252655, 1.017164945602417]
            ),
            (
                "cls_token",
                [
                    -0.0024214577861130238, -0.0017129831248894334, -0.012645606882870197,
                    -0.005204513669013977,
                ]
            ),
            (
                "patch_embed.proj.weight",
                [
                    -0.08580346405506134, 0.06954468041658401, 0.009402929805219173,
                    0.06615152955055237,
                ]
            ),
            (
                "patch_embed.proj.bias",
                [
                    -0.00041025280370377004, 0.04391016438603401, 0.013344037346541882,
                    0.020553667098283768,
                ]
            ),
        ] as [(String, [Float])])
    func firstValuesAreThePublishedOnes(_ name: String, _ values: [Float]) throws {
        let tensor = try #require(Self.demonstration.tensors[name])
        #expect(Array(tensor.floats.prefix(4)) == values)
    }

    @Test func tensorsAreSortedToTheirPlaces() throws {
        let weights = Weights.synthetic(seed: 9, configuration: smallConfiguration)
        let (width, hidden) = (64, 96)
        #expect(weights.clsToken.shape == [width])
        #expect(weights.positions.shape == [126, width])
        #expect(weights.patchWeight.shape == [width, 512])
        #expect(weights.patchBias.shape == [width])
        #expect(weights.normWeight.shape == [width])
        #expect(weights.normBias.shape == [width])
        #expect(weights.layers.count == 2)
        let layer = try #require(weights.layers.last)
        let expected: [(HostTensor, String, Shape)] = [
            (layer.qkvWeight, "self_attn.in_proj_weight", [3 * width, width]),
            (layer.qkvBias, "self_attn.in_proj_bias", [3 * width]),
            (layer.outputWeight, "self_attn.out_proj.weight", [width, width]),
            (layer.outputBias, "self_attn.out_proj.bias", [width]),
            (layer.hiddenWeight, "linear1.weight", [hidden, width]),
            (layer.hiddenBias, "linear1.bias", [hidden]),
            (layer.projectionWeight, "linear2.weight", [width, hidden]),
            (layer.projectionBias, "linear2.bias", [width]),
            (layer.norm1Weight, "norm1.weight", [width]),
            (layer.norm1Bias, "norm1.bias", [width]),
            (layer.norm2Weight, "norm2.weight", [width]),
            (layer.norm2Bias, "norm2.bias", [width]),
        ]
        for (tensor, name, shape) in expected {
            let named = try #require(weights.tensors["encoder.layers.1." + name])
            #expect(tensor.isIdentical(to: named), "\(name)")
            #expect(tensor.shape == shape, "\(name)")
        }
    }

    @Test func theSeedAndTheGainChangeTheWeights() {
        let one = Weights.synthetic(seed: 1, configuration: smallConfiguration)
        let two = Weights.synthetic(seed: 2, configuration: smallConfiguration)
        let sharp = Weights.synthetic(seed: 1, gain: 2, configuration: smallConfiguration)
        #expect(one.clsToken.floats != two.clsToken.floats)
        #expect(sharp.layers[0].qkvWeight.floats == one.layers[0].qkvWeight.floats.map { 2 * $0 })
        #expect(sharp.layers[0].outputWeight.floats == one.layers[0].outputWeight.floats)
        #expect(!one.isTrained)
        #expect(one.name == "synthetic, seed 1")
        #expect(sharp.name == "synthetic, seed 1, gain 2.0")
    }

    @Test func publishedConfigurationsHaveHeadsOfWidth64() {
        for configuration in [Configuration.tiny, .small, .base, .large] {
            #expect(configuration.headWidth == 64)
            #expect(configuration.positionCount == 126)
            #expect(configuration.feedForwardWidth == 4 * configuration.embeddingWidth)
        }
        #expect(Configuration.large.headCount == 16)
        #expect(Configuration.large.layerCount == 24)
        let parameters = Self.demonstration.tensors.values.reduce(0) { $0 + $1.elementCount }
        #expect(parameters == 5_461_632)
    }

    private static let demonstration = Weights.synthetic(seed: 1)
}

/// A checkpoint and the hashes of its tensors.
struct SyntheticCase: Sendable, CustomTestStringConvertible {
    let seed: UInt64
    let gain: Double
    let configuration: Configuration
    var hashes: [String: UInt64] = [:]

    var testDescription: String {
        "seed \(seed), gain \(gain), D \(configuration.embeddingWidth)"
    }

    /// The cases of Fixtures/synthetic-hashes.txt.
    static func fixture() throws -> [SyntheticCase] {
        let tests = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: tests.appendingPathComponent("Fixtures/synthetic-hashes.txt"),
            encoding: .utf8)
        var cases: [SyntheticCase] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words[0] == "case" {
                let numbers = try words.dropFirst(3).map { try #require(Int($0)) }
                let configuration = Configuration(
                    embeddingWidth: numbers[0], layerCount: numbers[1],
                    headCount: numbers[0] / 64, feedForwardWidth: 4 * numbers[0])
                cases.append(
                    SyntheticCase(
                        seed: try #require(UInt64(words[1])), gain: try #require(Double(words[2])),
                        configuration: configuration))
            } else {
                let hash = try #require(UInt64(words[0], radix: 16))
                cases[cases.count - 1].hashes[String(words[1])] = hash
            }
        }
        return cases
    }
}

/// FNV-1a of 64 bits over a tensor's bytes.
private func fnv1a64(_ tensor: HostTensor) -> UInt64 {
    tensor.withBytes { bytes in
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var index = 0
        while index < bytes.count {
            hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3
            index += 1
        }
        return hash
    }
}
