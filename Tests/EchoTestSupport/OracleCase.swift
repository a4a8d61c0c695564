import EchoInvariant
import EchoStore
import EchoTensor
import Foundation

/// The float64 oracle's outputs on a generated recording at the edge of what is supported: a case of
/// `Tests/Fixtures/oracle/index.json`, which `make_oracle.py` writes.
package struct OracleCase: Decodable, Sendable, CustomStringConvertible {
    package let name: String
    /// What the recording is made of: ``channel(_:)``.
    package let signal: String
    /// Of the synthetic checkpoint, and of the signal.
    package let seed: UInt64
    /// Hz.
    package let rate: Int
    /// STFT frames, samples of a channel, channels.
    package let frames: Int
    package let samples: Int
    package let channels: Int
    package let config: Golden.Sizes
    package let segmentShape: [Int]
    /// False where the expected segments are too large to keep.
    package let storesSegment: Bool
    /// How far each output moves where PyTorch computes the spectrogram, and only that, in float32.
    package let float32Loss: [String: Double]

    package var description: String { name }

    /// All cases, in the order of the index.
    package static let all: [OracleCase] = {
        do {
            let path = Fixtures.path("oracle/index.json")
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            return try JSONDecoder().decode([OracleCase].self, from: data)
        } catch {
            invariantFailure("oracle index: \(error)")
        }
    }()

    /// One of the expected outputs: `utterance`, or `segment` where it is stored.
    package func expected(_ output: String) throws -> HostTensor {
        try NPYFile.read(Fixtures.path("oracle/\(name).\(output).npy"))
    }

    /// The bound of the parity that the project promises, with the spectrogram's part of what upstream
    /// loses: it counts where bins are zero but for rounding, as those of a square wave.
    package func tolerance(_ output: String) -> Tolerance {
        Tolerance(absolute: 5e-5 + 4 * (float32Loss[output] ?? 0))
    }

    /// The recording's interleaved samples: multiples of 2^-15, as a file of 16 bits holds them.
    package var interleaved: [Float] {
        let channels = (0..<channels).map(channel)
        return (0..<samples).flatMap { index in channels.map { Float($0[index]) / 32768 } }
    }

    /// The 16-bit values of a channel; the same integers as `signal` in make_oracle.py.
    private func channel(_ number: Int) -> [Int] {
        let noise = SeededNoise(seed: 100 * seed + UInt64(number))
        return (0..<samples).map { index in
            switch signal {
            case "noise": noise[index] >> 2
            case "silence": 0
            case "constant": 13107
            case "offset": 13107 + noise[index] >> 9
            case "impulses": noise[index] >> 12 + (index % 113 == 0 ? 22938 : 0)
            case "square": index / 37 % 2 == 0 ? 32767 : -32768
            default: invariantFailure("\(name): unknown signal \(signal)")
            }
        }
    }
}

/// Noise that is a function of a seed and an index: the top 16 bits of a splitmix64 counter,
/// -32768 to 32767.
package struct SeededNoise: Sendable {
    private let seed: UInt64

    package init(seed: UInt64) { self.seed = seed }

    package subscript(index: Int) -> Int {
        var z = seed &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Int(z >> 48) - 32768
    }
}
