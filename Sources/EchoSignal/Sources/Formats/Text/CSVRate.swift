/// The sample rate that timestamps tell.
struct CSVRate {
    /// Hz.
    let rate: Int
    /// What is to be said of it; nil if it is exact.
    let note: String?

    /// Rates that converters of sound and vibration have, Hz.
    static let common: Set<Int> = [
        8000, 10_000, 10_240, 11_025, 12_000, 12_800, 16_000, 20_000, 20_480, 22_050, 24_000,
        25_000, 25_600, 32_000, 32_768, 40_000, 40_960, 44_100, 48_000, 50_000, 51_200, 64_000,
        65_536, 81_920, 88_200, 96_000, 97_656, 100_000, 102_400, 128_000, 131_072, 176_400,
        192_000, 200_000, 204_800, 250_000, 256_000, 262_144, 500_000, 1_000_000,
    ]
    /// How far apart the rates that fit may lie, as a share.
    private static let widest = 0.02

    /// Takes the rate that all steps allow: a common one, else the roundest.
    ///
    /// - Returns: Nil, and why, where steps are not even, or too coarse to tell.
    static func find(
        _ steps: EvenSteps, _ unit: CSVOptions.TimeUnit
    ) -> Result<CSVRate, Failure> {
        guard steps.rowCount > 1 else { return .failure(.init("there is one timestamp only")) }
        guard steps.isRising, steps.span > 0 else {
            return .failure(.init("timestamps do not rise"))
        }
        if steps.broken != nil, !steps.isRamp, let complaint = steps.complaint {
            return .failure(.init("timestamps are not even: \(complaint)"))
        }
        let mean = unit.perSecond / steps.mean
        guard mean >= 1, mean <= 1e9 else {
            return .failure(.init("timestamps give a rate of \(EvenSteps.shown(mean)) Hz"))
        }
        let range = range(steps, unit)
        // Steps that are all the same say it themselves, however few they are.
        let areSame = steps.most - steps.least <= 1e-9 * steps.mean
        let isWhole = (mean - mean.rounded()).magnitude < 1e-6 * mean
        if areSame, isWhole { return .success(CSVRate(rate: Int(mean.rounded()), note: nil)) }
        guard range.upperBound - range.lowerBound <= widest * mean else {
            return .failure(
                .init(
                    "timestamps are too coarse: they fit \(EvenSteps.shown(range.lowerBound)) to "
                        + "\(EvenSteps.shown(range.upperBound)) Hz"))
        }
        let rate = roundest(range, near: mean) ?? mean.rounded()
        return .success(CSVRate(rate: Int(rate), note: note(steps, mean, rate, range)))
    }

    /// How far a rate that is told may lie from what timestamps say, as a share: clocks are no better.
    private static let tolerance = 0.01

    /// Whether timestamps in `unit` may be of that rate.
    static func allows(
        _ sampleRate: Int, _ steps: EvenSteps, _ unit: CSVOptions.TimeUnit
    ) -> Bool {
        let (range, rate) = (range(steps, unit), Double(sampleRate))
        return range.lowerBound * (1 - tolerance) <= rate
            && rate <= range.upperBound * (1 + tolerance)
    }

    /// Whether it counts rows, which is no time.
    static func isRowNumber(_ steps: EvenSteps) -> Bool { steps.mean == 1 }

    /// What a column of that name counts in: the unit in it (`time [ms]`, `Time_s`), else any.
    static func units(_ name: String) -> [CSVOptions.TimeUnit] {
        let words = name.lowercased().split { !$0.isLetter }
        let found = words.dropFirst().compactMap { word -> CSVOptions.TimeUnit? in
            switch word {
            case "s", "sec", "second", "seconds": .s
            case "ms", "msec": .ms
            case "us", "usec", "µs", "μs": .us
            case "ns", "nsec": .ns
            default: nil
            }
        }
        return found.isEmpty ? CSVOptions.TimeUnit.allCases : found
    }

    /// Why there is none.
    struct Failure: Error {
        let text: String

        init(_ text: String) { self.text = text }
    }

    /// Rates that fit, Hz.
    private static func range(
        _ steps: EvenSteps, _ unit: CSVOptions.TimeUnit
    ) -> ClosedRange<Double> {
        var (low, high) = (steps.lowest, steps.highest)
        if !steps.isRamp {
            let spread = (steps.most - steps.least) / Double(max(1, steps.rowCount - 1))
            (low, high) = (steps.mean - spread, steps.mean + spread)
        }
        let slowest = unit.perSecond / max(high, .leastNormalMagnitude)
        let fastest = low > 0 ? unit.perSecond / low : .infinity
        // A rate on the edge is one that fits.
        return slowest * (1 - 1e-12)...max(slowest, fastest) * (1 + 1e-12)
    }

    private static func roundest(_ range: ClosedRange<Double>, near mean: Double) -> Double? {
        func nearest(_ rates: [Double]) -> Double? {
            rates.filter(range.contains).min { ($0 - mean).magnitude < ($1 - mean).magnitude }
        }
        if let rate = nearest(common.sorted().map(Double.init)) { return rate }
        for step in [1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1] {
            let below = (mean / step).rounded(.down) * step
            if let rate = nearest([below, below + step]) { return rate }
        }
        return nil
    }

    private static func note(
        _ steps: EvenSteps, _ mean: Double, _ rate: Double, _ range: ClosedRange<Double>
    ) -> String? {
        var notes: [String] = []
        if let complaint = steps.complaint {
            notes.append("timestamps are not quite even: \(complaint)")
        }
        if !range.contains(rate) {
            notes.append(
                "timestamps say \(EvenSteps.shown(mean)) Hz, and it was embedded at \(Int(rate)) Hz"
            )
        }
        return Notes.joined(notes)
    }
}
