import Foundation

/// A machine with four bearings, recorded once a day: one of them degrades from a known day on.
///
/// A bearing's sensor hears the shaft (five harmonics, whose level is the load) and noise of RMS ``noise``. The ill
/// bearing's has besides impulses of the outer race, 3.58 a turn, each a little early or late, through a resonance
/// that rings for about a millisecond. Their RMS is ``firstRatio`` of the noise's on the first day of the fault (-20 dB)
/// and grows by e in ``growth`` days: as loud as the noise after 14 days. Load and speed vary from day to day, in the
/// same way for all sensors.
package struct SimulatedBearings: Sendable {
    /// Another seed is another machine life: all noise, loads and speeds are others.
    package let seed: UInt64
    package var dayCount = 60
    /// The first day with the fault, from 0.
    package var onset = 35
    /// The bearing that degrades.
    package var ill = 2
    /// Deviation of the load's level from day to day, of its mean.
    package var loadSpread = 0.1

    package static let channelCount = 4
    /// Hz.
    package static let sampleRate = 16_000
    private static let seconds = 2
    private static let noise = 0.1
    private static let firstRatio = 0.1
    /// Days.
    private static let growth = 6.0
    /// Hz, of the housings.
    private static let resonances = [3100.0, 2600, 3400, 2900]

    package init(seed: UInt64) { self.seed = seed }

    /// RMS of the ill bearing's impulses over that of the noise: 0 before the fault.
    package func ratio(onDay day: Int) -> Double {
        day < onset ? 0 : Self.firstRatio * exp(Double(day - onset) / Self.growth)
    }

    /// `2024-03-01.wav` and so on.
    package static func name(ofDay day: Int) -> String {
        // 2024 is a leap year: the first of March is its day 61.
        let lengths = [31, 30, 31, 30]
        var (month, rest) = (3, day)
        while rest >= lengths[month - 3] {
            rest -= lengths[month - 3]
            month += 1
        }
        return "2024-0\(month)-\(rest < 9 ? "0" : "")\(rest + 1).wav"
    }

    /// A day's recording: channels, each of samples.
    package func recording(ofDay day: Int) -> [[Float]] {
        var random = NormalNumbers(seed: seed &* 1000 &+ UInt64(day))
        let load = max(0.1, 1 + loadSpread * random.next())
        let turns = 25 * (1 + 0.005 * random.next())
        return (0..<Self.channelCount).map { channel in
            var samples = sensor(load: load, turns: turns, &random)
            if channel == ill, ratio(onDay: day) > 0 {
                let impulses = Self.impulses(turns, Self.resonances[channel], &random)
                let scale = Self.noise * ratio(onDay: day)
                for index in samples.indices { samples[index] += scale * impulses[index] }
            }
            return samples.map { Float($0) }
        }
    }

    private func sensor(
        load: Double, turns: Double, _ random: inout NormalNumbers
    ) -> [Double] {
        let phases = (0..<5).map { _ in 2 * Double.pi * random.uniform() }
        let step = 2 * Double.pi * turns / Double(Self.sampleRate)
        return (0..<Self.seconds * Self.sampleRate).map { index in
            var sample = Self.noise * random.next()
            for harmonic in 1...5 {
                let angle = step * Double(harmonic * index) + phases[harmonic - 1]
                sample += load * 0.08 / Double(harmonic) * sin(angle)
            }
            return sample
        }
    }

    /// Impulses through a resonance, of RMS 1.
    private static func impulses(
        _ turns: Double, _ resonance: Double, _ random: inout NormalNumbers
    ) -> [Double] {
        let rate = Double(sampleRate)
        let ring = (0..<sampleRate / 100).map { index in
            let time = Double(index) / rate
            return exp(-800 * time) * sin(2 * Double.pi * resonance * time)
        }
        var samples = [Double](repeating: 0, count: seconds * sampleRate)
        let period = rate / (3.58 * turns)
        var place = period * random.uniform()
        while place < Double(samples.count) {
            let strength = 1 + 0.1 * random.next()
            for (index, value) in ring.enumerated() where Int(place) + index < samples.count {
                samples[Int(place) + index] += strength * value
            }
            place += period * max(0.5, 1 + 0.01 * random.next())
        }
        let power = samples.reduce(0) { $0 + $1 * $1 } / Double(samples.count)
        return samples.map { $0 / power.squareRoot() }
    }

    /// Writes a recording for each of some days into a folder.
    package func write(_ days: Range<Int>, into folder: String) throws {
        for day in days {
            let channels = recording(ofDay: day)
            let interleaved = (0..<channels[0].count).flatMap { index in channels.map { $0[index] }
            }
            try RecordingFixtures.write(
                interleaved, channels: Self.channelCount, sampleRate: Self.sampleRate,
                as: .wavFloat, to: folder + "/" + Self.name(ofDay: day))
        }
    }
}

/// Normal numbers of a fixed seed: SplitMix64 (S. Vigna) through Box and Muller's transform.
package struct NormalNumbers: Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// Above 0, up to 1.
    package mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return (Double((bits ^ (bits >> 31)) >> 11) + 1) * 0x1p-53
    }

    package mutating func next() -> Double {
        sqrt(-2 * log(uniform())) * cos(2 * Double.pi * uniform())
    }
}
