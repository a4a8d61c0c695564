import EchoModel
import Foundation

/// Small models, signals and recordings for the tests of the pipeline and of the command line.
package enum ExtractFixtures {
    /// 64 wide, 2 layers: every kind of node, and quick without optimisation.
    package static let configuration = Configuration(
        embeddingWidth: 64, layerCount: 2, headCount: 1, feedForwardWidth: 256)

    package static var weights: Weights {
        Weights.synthetic(seed: 7, configuration: configuration)
    }

    /// Two tones and a little noise, a function of its arguments.
    package static func signal(seed: UInt64, sampleCount: Int, sampleRate: Int) -> [Float] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let (low, high) = (40.0 + 17 * Double(seed), 0.31 * Double(sampleRate))
        return (0..<sampleCount).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let noise = Double(state >> 40) / Double(1 << 23) - 1
            let time = 2 * Double.pi * Double(index) / Double(sampleRate)
            return Float(0.4 * sin(low * time) + 0.2 * sin(high * time) + 0.1 * noise)
        }
    }

    /// Samples that give exactly `frameCount` frames at `sampleRate`.
    package static func sampleCount(frames frameCount: Int, sampleRate: Int) -> Int {
        (frameCount - 1) * Int(0.01 * Double(sampleRate)) + Int(0.025 * Double(sampleRate))
    }
}

extension ScratchFolder {
    /// The path of `name` below the folder, which need not exist.
    package subscript(name: String) -> String { path + "/" + name }

    /// Writes a WAV file of float32 samples, channels interleaved, and returns its path.
    @discardableResult
    package func wav(
        _ name: String, _ samples: [Float], channels: Int = 1, sampleRate: Int
    ) throws -> String {
        let path = try file(name)
        try RecordingFixtures.write(
            samples, channels: channels, sampleRate: sampleRate, as: .wavFloat, to: path)
        return path
    }

    /// Writes a text file and returns its path.
    @discardableResult
    package func text(_ name: String, _ text: String) throws -> String {
        let path = try file(name)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }

    /// The `.npy` files below the folder `name`, sorted, relative to it.
    package func arrays(in name: String) throws -> [String] {
        try files(in: name).filter { $0.hasSuffix(".npy") }
    }

    /// Every file below the folder `name`, hidden ones included, sorted, relative to it.
    package func files(in name: String) throws -> [String] {
        let base = self[name]
        return try FileManager.default.subpathsOfDirectory(atPath: base).filter { file in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(
                atPath: base + "/" + file, isDirectory: &isFolder)
            return exists && !isFolder.boolValue
        }.sorted()
    }
}
