import Glibc

/// Steps of a round width (1, 2 or 5 times a power of ten) that cover a range.
package struct LinearScale: Hashable, Sendable {
    package let start: Double
    package let step: Double
    package let stepCount: Int

    package var end: Double { start + step * Double(stepCount) }

    /// - Parameter aboutSteps: How many there shall be; there are up to twice as many.
    package init(over range: ClosedRange<Double>, aboutSteps: Int) {
        let length = range.upperBound - range.lowerBound
        // Around a single value, a little of the numbers beside it.
        let width = length > 0 ? length : max(abs(range.lowerBound) * 0.1, 1e-9)
        let (from, to) =
            length > 0
            ? (range.lowerBound, range.upperBound)
            : (range.lowerBound - width / 2, range.upperBound + width / 2)
        let step = Self.roundStep(width / Double(aboutSteps))
        let first = (from / step + 1e-9).rounded(.down)
        self.step = step
        start = first * step
        stepCount = max(Int((to / step - first + 1e-9).rounded(.down)) + 1, 1)
    }

    /// The largest of 1, 2 and 5 times a power of ten that is not above `step`.
    package static func roundStep(_ step: Double) -> Double {
        // What rounding takes from 5 leaves it 5.
        let rounding = 1e-9
        let power = pow(10, (log10(step) + rounding).rounded(.down))
        let digit = step / power + rounding
        return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1)
    }
}
