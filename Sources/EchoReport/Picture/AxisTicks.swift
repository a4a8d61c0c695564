import EchoFormats
import EchoInvariant

/// Where an axis has its ticks, and what stands beside them: multiples of 1, 2 or 5 times a power
/// of ten.
package struct AxisTicks: Hashable, Sendable {
    /// Values of the axis, rising.
    package let values: [Double]
    /// As many digits behind the point as tell them apart.
    package let labels: [String]

    /// - Parameters:
    ///   - range: What the axis shows.
    ///   - unit: What one in the labels is on the axis: 1000 where that is in Hz, and labels in kHz.
    ///   - limit: Ticks that it has room for; at least 2.
    package init(in range: ClosedRange<Double>, unit: Double = 1, atMost limit: Int) {
        invariant(range.upperBound.isFinite && range.lowerBound.isFinite, "an axis without ends")
        let (low, high) = (range.lowerBound / unit, range.upperBound / unit)
        let step = Self.step(high - low, Double(max(limit, 2) - 1))
        // What lies on an end but for rounding is on it.
        let slack = 1e-9
        let first = Int((low / step - slack).rounded(.up))
        let last = max(first, Int((high / step + slack).rounded(.down)))
        let decimals = Self.decimals(step)
        values = (first...last).map { Double($0) * step * unit }
        labels = (first...last).map { (Double($0) * step).formatted(decimals: decimals) }
    }

    /// The smallest step of 1, 2 or 5 times a power of ten that fits into the length no more often
    /// than so.
    private static func step(_ length: Double, _ count: Double) -> Double {
        guard length > 0 else { return 1 }
        let least = length / count
        var power = 1.0
        while power * 10 <= least { power *= 10 }
        while power > least { power /= 10 }
        for factor in [1.0, 2, 5] where factor * power >= least * (1 - 1e-9) {
            return factor * power
        }
        return 10 * power
    }

    private static func decimals(_ step: Double) -> Int {
        var (decimals, scaled) = (0, step)
        while scaled < 1 - 1e-9, decimals < 9 { (decimals, scaled) = (decimals + 1, scaled * 10) }
        return decimals
    }
}
