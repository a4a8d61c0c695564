import EchoSignal
import Foundation

/// A signal that stresses the spectrogram's conditioning: windows of every kind of length, bins near
/// zero beside loud ones, silence.
package struct StressSignal: Sendable, CustomStringConvertible {
    /// The shape of the signal, full scale being 1.
    package enum Kind: String, Sendable, CaseIterable {
        case noise, silence, offset, square, tone, binTone, impulses, tiny
    }

    package let kind: Kind
    /// Hz.
    package let rate: Int
    package let frames: Int

    package init(_ kind: Kind, rate: Int, frames: Int) {
        (self.kind, self.rate, self.frames) = (kind, rate, frames)
    }

    package var description: String { "\(kind) \(rate) Hz, \(frames) frames" }

    /// Exactly the samples under the frames.
    package var samples: [Float] {
        let framing = Framing(sampleRate: rate)
        let count = (frames - 1) * framing.hop + framing.windowLength
        let random = SeededNoise(seed: UInt64(rate))
        let turn = 2 * Double.pi / Double(framing.windowLength)
        return (0..<count).map { index in
            let noise = Double(random[index]) / 32768
            switch kind {
            case .noise: return Float(0.25 * noise)
            case .silence: return 0
            case .offset: return Float(0.9 + 1e-4 * noise)
            // A sine driven far into clipping: -1 and 1, with steps between samples.
            case .square: return sin(0.2718 * Double(index)) < 0 ? -1 : 1
            case .tone: return Float(sin(2 * Double.pi * 0.21037 * Double(index)))
            // At the centre of a bin every other bin but its two neighbours is exactly zero.
            case .binTone: return Float(sin(turn * Double(framing.windowLength / 5 * index)))
            case .impulses: return Float(index % 97 == 0 ? 1 : 1e-5 * noise)
            case .tiny: return Float(1e-6 * noise)
            }
        }
    }

    /// Noise of 1, 2, 15, 16 or 17 frames at sample rates whose windows are powers of two, mixed
    /// radices, odd, even with one large prime, and primes around the largest direct radix.
    package static let everyRate: [StressSignal] = [
        1000, 2000, 2440, 2680, 4000, 7919, 8000, 8100, 8192, 11025, 12000, 16000, 20480, 22050,
        25600, 32000, 40120, 44100, 48000, 51200, 64000, 65536, 83333, 88200, 96000, 97656, 176_400,
        191_960, 192_000,
    ].enumerated().map { number, rate in
        // Long windows get few frames: the reference takes the square of their length.
        StressSignal(.noise, rate: rate, frames: rate > 60000 ? 2 : [1, 15, 16, 17][number % 4])
    }

    /// Every kind at windows of 275, 400, 1102, 1200 and the prime 2441.
    package static let everyKind: [StressSignal] = Kind.allCases.flatMap { kind in
        [11025, 16000, 44100, 48000, 97656].map { StressSignal(kind, rate: $0, frames: 5) }
    }

    /// Around the length of a segment.
    package static let everyLength: [StressSignal] = [2000, 2001, 4000].flatMap { frames in
        [1000, 2000].map { StressSignal(.noise, rate: $0, frames: frames) }
    }
}
