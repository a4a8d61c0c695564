import EchoTensor
import EchoTestSupport
import Foundation
import Testing

import EchoExtract

@Suite(.timeLimit(.minutes(20))) struct SpectrogramTests {
    /// 4001 frames are three segments, the last of which overlaps the second by 1999 frames.
    @Test(arguments: TestDevice.all, [1, 2000, 2001, 4001])
    func theWholeRecordingHasEveryFrameOnce(device: TestDevice, frames: Int) throws {
        let echo = try TestEcho.on(device)
        let count = ExtractFixtures.sampleCount(frames: frames, sampleRate: 1000)
        let signal = ExtractFixtures.signal(seed: 3, sampleCount: count, sampleRate: 1000)
        let spectrogram = try echo.spectrogram(signal: signal, sampleRate: 1000)
        #expect(spectrogram.shape == [13, frames])
        // The definition, in double, at frames on both sides of every seam.
        for frame in [0, 1999, 2000, 2001, 3999, 4000] where frame < frames {
            let exact = Self.frame(frame, of: signal)
            let actual = (0..<13).map { spectrogram.values[$0 * frames + frame] }
            // The logarithm of bins about as loud as the noise: float32 rounding, times 100.
            let comparison = Comparison(
                actual: actual, reference: exact, tolerance: Tolerance(absolute: 1e-4))
            #expect(comparison.passes, "frame \(frame): \(comparison)")
        }
    }

    @Test func aSpectrogramOfAnotherRateIsRefused() throws {
        let echo = try TestEcho.onCPU()
        let spectrogram = Spectrogram(
            values: [Float](repeating: 0, count: 13 * 4), shape: [13, 4])
        let error = #expect(throws: EchoError.self) {
            try echo.features(spectrogram: spectrogram, sampleRate: 16_000)
        }
        #expect(error?.kind == .signal)
        #expect(error?.message.contains("[201, frames]") == true)
        var broken = spectrogram
        broken.values[5] = .infinity
        #expect(throws: EchoError.self) {
            try echo.features(spectrogram: broken, sampleRate: 1000)
        }
        broken.values.removeLast()
        #expect(throws: EchoError.self) {
            try echo.features(spectrogram: broken, sampleRate: 1000)
        }
    }

    /// One frame at 1000 Hz: 25 samples, 10 apart, by the sum that defines the transform.
    private static func frame(_ frame: Int, of signal: [Float]) -> [Float] {
        let mean = signal.reduce(0.0) { $0 + Double($1) } / Double(signal.count)
        let window = (0..<25).map { n in
            (0.5 - 0.5 * cos(2 * .pi * Double(n) / 25)) * (Double(signal[frame * 10 + n]) - mean)
        }
        return (0..<13).map { bin in
            var (real, imaginary) = (0.0, 0.0)
            for (n, value) in window.enumerated() {
                let angle = 2 * Double.pi * Double(bin * n) / 25
                real += value * cos(angle)
                imaginary -= value * sin(angle)
            }
            let magnitude = (real * real + imaginary * imaginary).squareRoot()
            return Float((log(magnitude + 1e-9) + 5.874158) / (5.223174 * 2))
        }
    }
}
