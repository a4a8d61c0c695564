import EchoOpenCL
import EchoTestSupport

@testable import EchoExtract

/// The small model on every kind of device that is here.
enum TestEcho {
    /// What `--device` takes: the CPU path, and the best OpenCL device where there is one.
    static let devices: [String] = {
        let platforms = (try? Platform.all()) ?? []
        return platforms.allSatisfy(\.devices.isEmpty) ? ["cpu"] : ["cpu", "auto"]
    }()

    static func on(_ device: String) throws -> Echo {
        try Echo(weights: ExtractFixtures.weights, device: device)
    }

    /// Signals of five sample rates (one with a prime window, 97,656 Hz) and of one frame to more
    /// than one segment.
    static let mixture: [Signal] = [
        (1000, 2050), (8000, 1), (16000, 33), (97_656, 5), (11_025, 16), (1000, 4000), (44_100, 7),
        (1000, 17),
    ].enumerated().map { index, entry in
        let (rate, frames) = entry
        let count = ExtractFixtures.sampleCount(frames: frames, sampleRate: rate)
        let samples = ExtractFixtures.signal(
            seed: UInt64(index), sampleCount: count, sampleRate: rate)
        return Signal(samples: samples, sampleRate: rate)
    }
}
