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

    /// A WAV file of float32 samples, channels interleaved.
    package static func wav(_ channels: [[Float]], sampleRate: Int) -> Data {
        let frameCount = channels.first?.count ?? 0
        var data = Data()
        func text(_ text: String) { data.append(contentsOf: text.utf8) }
        func word<Word: FixedWidthInteger>(_ value: Word) {
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
        let byteCount = UInt32(4 * frameCount * channels.count)
        text("RIFF")
        word(36 + byteCount)
        text("WAVEfmt ")
        word(UInt32(16))
        word(UInt16(3))
        word(UInt16(channels.count))
        word(UInt32(sampleRate))
        word(UInt32(4 * sampleRate * channels.count))
        word(UInt16(4 * channels.count))
        word(UInt16(32))
        text("data")
        word(byteCount)
        for frame in 0..<frameCount {
            for channel in channels { word(channel[frame].bitPattern) }
        }
        return data
    }
}

/// A folder of its own for a test, removed when the test lets go of it.
package final class ScratchFolder: Sendable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory
            .appendingPathComponent("echo-gpu-tests-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of `name` below the folder.
    package func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Writes a file below the folder, folders above it included, and returns its path.
    @discardableResult
    package func write(_ data: Data, to name: String) throws -> String {
        let url = URL(fileURLWithPath: self(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
        return url.path
    }

    /// Every file below `name`, hidden ones included, sorted, relative to it.
    package func files(in name: String) throws -> [String] {
        let base = self(name)
        return try FileManager.default.subpathsOfDirectory(atPath: base).filter { file in
            var isFolder: ObjCBool = false
            FileManager.default.fileExists(atPath: base + "/" + file, isDirectory: &isFolder)
            return !isFolder.boolValue
        }.sorted()
    }
}
