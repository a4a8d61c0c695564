import EchoFormats
import EchoInvariant

/// Where an axis has its ticks, and what stands beside them: multiples of 1, 2 or 5 times a power of ten.
package struct AxisTicks: Hashable, Sendable {
    /// Values of the axis, rising.
    package let values: [Double]
    /// As many digits behind the point as tell them apart.
    package let labels: [String]

    /// - Parameters:
    ///   - range: What the axis shows.
    ///   - unit: What one in the labels is on the axis: 1000 if that is in Hz, and labels in kHz.
    ///   - limit: Ticks that it has room for; at least 2.
    package init(in range: ClosedRange<Double>, unit: Double = 1, atMost limit: Int) {
        invariant(range.upperBound.isFinite && range.lowerBound.isFinite, "an axis without ends")
        let (low, high) = (range.lowerBound / unit, range.upperBound / unit)
        let step = Self.step(low, high, atMost: max(limit, 2))
        let multiples = Self.multiples(of: step, low, high)
        let decimals = Self.decimals(step)
        values = multiples.map { Double($0) * step * unit }
        labels = multiples.map { (Double($0) * step).formatted(decimals: decimals) }
    }

    /// The smallest step of 1, 2 or 5 times a power of ten that has no more multiples there than `limit`.
    private static func step(_ low: Double, _ high: Double, atMost limit: Int) -> Double {
        guard high > low else { return 1 }
        var power = 1.0
        while power * 10 <= (high - low) / Double(limit) { power *= 10 }
        while power > (high - low) / Double(limit) { power /= 10 }
        while true {
            for factor in [1.0, 2, 5]
            where multiples(of: factor * power, low, high).count <= limit {
                return factor * power
            }
            power *= 10
        }
    }

    /// Whole numbers of steps from one end to the other; what lies on an end except for rounding is on it.
    private static func multiples(of step: Double, _ low: Double, _ high: Double) -> Range<Int> {
        let slack = 1e-9
        let first = Int((low / step - slack).rounded(.up))
        return first..<max(first, Int((high / step + slack).rounded(.down)) + 1)
    }

    private static func decimals(_ step: Double) -> Int {
        var (decimals, scaled) = (0, step)
        while scaled < 1 - 1e-9, decimals < 9 { (decimals, scaled) = (decimals + 1, scaled * 10) }
        return decimals
    }
}
