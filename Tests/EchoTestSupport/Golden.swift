import EchoInvariant
import EchoSignal
import EchoStore
import EchoTensor
import Foundation

/// Upstream's float64 outputs on a recording and a synthetic checkpoint: a case of
/// `Tests/Fixtures/golden/index.json`.
package struct Golden: Decodable, Sendable, CustomStringConvertible {
    package struct Sizes: Decodable, Sendable {
        package let dim: Int
        package let depth: Int
        package let heads: Int
    }

    package let name: String
    package let rate: Int
    package let samples: Int
    package let weights_seed: UInt64
    package let gain: Double
    package let config: Sizes
    package let spectrogram_shape: [Int]
    package let utterance_shape: [Int]
    package let segment_shape: [Int]
    /// What upstream's own float32 run loses against float64, by output.
    package let upstream_f32_max_abs_error: [String: Double]

    package var description: String { name }

    /// All cases, in the order of the index.
    package static let all: [Golden] = {
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path("index.json")))
            return try JSONDecoder().decode([Golden].self, from: data)
        } catch {
            invariantFailure("golden index: \(error)")
        }
    }()

    /// The recording.
    package var recordingPath: String { Self.path("audio/\(name).wav") }

    /// One of the expected outputs: `utterance`, `segment`, or `spectrogram` where there is one.
    package func expected(_ output: String) throws -> HostTensor {
        try NPYFile.read(Self.path("\(name).\(output).npy"))
    }

    /// The bound of the parity that the project promises: 5e-5 and 4 times what upstream's own
    /// float32 run loses on this case.
    package func tolerance(_ output: String) -> Tolerance {
        Tolerance(absolute: 5e-5 + 4 * (upstream_f32_max_abs_error[output] ?? 0))
    }

    private static func path(_ file: String) -> String { Fixtures.path("golden/\(file)") }
}

/// Files under `Tests/Fixtures`.
package enum Fixtures {
    package static func path(_ file: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(file)").path
    }
}
