import EchoExtract
import EchoModel
import EchoTestSupport

/// The small checkpoint as a file, which the library opens, and signals for it.
struct TestModel {
    let folder: ScratchFolder
    /// A folder with `model.safetensors`.
    let path: String

    init(_ weights: Weights = ExtractFixtures.weights) throws {
        folder = try ScratchFolder()
        try weights.write(to: try folder.file("model/model.safetensors"))
        path = folder["model"]
    }

    /// The same checkpoint through the Swift interface, on the CPU path.
    func echo() throws -> Echo { try Echo(model: .path(path), device: "cpu") }

    /// Signals of several sample rates (one with a prime window, 97,656 Hz), of one frame to more than one
    /// segment.
    static let mixture: [(samples: [Float], rate: Int)] = [
        (1000, 2050), (8000, 1), (16_000, 33), (97_656, 5), (11_025, 16), (1000, 4000), (44_100, 7),
    ].enumerated().map { index, entry in
        let (rate, frames) = entry
        let count = ExtractFixtures.sampleCount(frames: frames, sampleRate: rate)
        return (
            ExtractFixtures.signal(seed: UInt64(index), sampleCount: count, sampleRate: rate), rate
        )
    }
}
