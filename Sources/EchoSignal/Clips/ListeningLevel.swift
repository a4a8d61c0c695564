import EchoFormats
import Glibc

/// Samples at a level that can be listened to.
///
/// Vibration in m/s² goes far beyond 1, and many machines are recorded at a thousandth of full scale. Recordings whose
/// peak lies between a twentieth and all of full scale stay as they are; others are brought to a peak of 0.7. A
/// constant, such as gravity in a sensor that was not decoupled, is nothing to hear, and is left out.
struct ListeningLevel {
    let samples: SoundSamples
    /// Decibels that were added.
    let gain: Double
    let notes: [String]

    private static let quietPeak: Float = 0.05
    private static let target: Float = 0.7

    /// - Parameter gain: Decibels; nil for what is necessary.
    init(_ samples: SoundSamples, gain given: Double?) {
        let mean =
            samples.values.reduce(0.0) { $0 + Double($1) } / Double(max(1, samples.values.count))
        let offset = Float(mean)
        let centred = samples.values.map { $0 - offset }
        let peak = centred.reduce(Float(0)) { max($0, $1.magnitude) }
        let needed =
            peak > 1 || (peak > 0 && peak < Self.quietPeak)
            ? 20 * log10(Double(Self.target) / Double(peak)) : 0
        let gain = given ?? needed
        // Of samples near the smallest float32 it would be no float32 itself.
        let factor = pow(10, gain / 20)
        self.samples = SoundSamples(
            gain == 0 ? centred : centred.map { Float(Double($0) * factor) },
            sampleRate: samples.sampleRate, start: samples.start)
        self.gain = gain
        var notes: [String] = []
        if gain != 0 {
            let verb = gain > 0 ? "Louder" : "Softer"
            notes.append(
                "\(verb) by \(gain.magnitude.formatted(decimals: 0)) dB than it was recorded.")
        }
        self.notes = notes
    }
}

/// The rate at which a clip is heard: what its format takes, as near to its own as that allows.
struct ListeningRate {
    /// Hz.
    let sampleRate: Int
    let notes: [String]

    private static let opus = [8000, 12_000, 16_000, 24_000, 48_000]
    private static let mp3 = [
        8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000,
    ]
    /// What browsers play: 3000 to 768,000 Hz in Chromium, 8000 and more everywhere.
    private static let lowest = 8000
    private static let highest = 48_000

    init(_ rate: Int, _ format: SoundClip.Format) {
        let rates =
            switch format {
            case .wav: [min(max(rate, Self.lowest), Self.highest)]
            case .mp3: Self.mp3
            case .opus: Self.opus
            }
        sampleRate = rates.first { $0 >= rate } ?? Self.highest
        notes =
            rate > sampleRate
            ? ["Without what lies above \(sampleRate / 2) Hz, which players do not reproduce."] : []
    }

    /// By libsoxr; the samples themselves if they have that rate.
    func convert(_ samples: SoundSamples) throws(SignalError) -> SoundSamples {
        guard samples.sampleRate != sampleRate else { return samples }
        let memory = MemorySource(samples.values, sampleRate: samples.sampleRate, name: "clip")
        let source = try ResampledSource(memory, channels: 0..<1, to: sampleRate)
        var values: [Float] = []
        var block = [Float](repeating: 0, count: SignalPass.blockLength)
        while case let count = try source.read(into: &block), count > 0 {
            values += block[..<count]
        }
        return SoundSamples(values, sampleRate: sampleRate, start: samples.start)
    }
}
