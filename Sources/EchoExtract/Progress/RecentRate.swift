/// How fast an amount grows: of late, since what was long ago says little about what comes.
package struct RecentRate {
    private typealias Sample = (moment: ContinuousClock.Instant, amount: Double)

    /// The least time between samples, and how far they reach back, if there are more than two.
    private static let spacing = Duration.seconds(1)
    private static let window = Duration.seconds(60)

    /// The oldest first.
    private var samples: [Sample]
    /// True while the first sample is the start, when nothing had come yet: what was made ready in that
    /// time, such as kernels, is no part of the speed.
    private var hasStart = true

    /// - Parameter start: When there was nothing.
    package init(start: ContinuousClock.Instant) { samples = [(start, 0)] }

    /// Takes the amount that there is at a moment.
    package mutating func add(_ amount: Double, at moment: ContinuousClock.Instant) {
        if samples.count > 1, moment - samples[samples.count - 1].moment < Self.spacing { return }
        samples.append((moment, amount))
        if samples.count > 2, hasStart {
            samples.removeFirst()
            hasStart = false
        }
        while samples.count > 2, moment - samples[1].moment > Self.window {
            samples.removeFirst()
        }
    }

    /// How much comes in a second; nil before the first amount, and where there was no growth.
    package var perSecond: Double? {
        guard let first = samples.first, let last = samples.last, samples.count > 1 else {
            return nil
        }
        let seconds = (last.moment - first.moment) / .seconds(1)
        let growth = last.amount - first.amount
        return seconds > 0 && growth > 0 ? growth / seconds : nil
    }

    /// Seconds from `moment` until the amount is `goal`; nil if nobody knows.
    package func secondsLeft(until goal: Double, at moment: ContinuousClock.Instant) -> Double? {
        guard let perSecond, let last = samples.last else { return nil }
        let left = (goal - last.amount) / perSecond - (moment - last.moment) / .seconds(1)
        return max(0, left)
    }
}
