import EchoTestSupport

import EchoExtract

/// The small model on a device, and signals for it.
enum TestEcho {
    static func on(_ device: TestDevice) throws -> Echo {
        Echo([try device.engine(ExtractFixtures.weights)], ExtractFixtures.weights)
    }

    /// On the CPU path, where the device does not matter.
    static func onCPU() throws -> Echo { try on(TestDevice.all[0]) }

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
