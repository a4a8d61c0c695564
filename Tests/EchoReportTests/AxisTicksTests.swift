import EchoReport
import Testing

@Suite(.timeLimit(.minutes(20))) struct AxisTicksTests {
    @Test(arguments: [
        (0.0, 10.0, 6, ["0", "2", "4", "6", "8", "10"]),
        (0, 10, 11, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
        (0, 60, 2, ["0", "50"]),
        (0, 0.025, 6, ["0.000", "0.005", "0.010", "0.015", "0.020", "0.025"]),
        (-90, -10, 5, ["-80", "-60", "-40", "-20"]),
        (2.5, 3.1, 4, ["2.6", "2.8", "3.0"]),
        (0, 3_600, 7, ["0", "1000", "2000", "3000"]),
    ])
    func areNice(low: Double, high: Double, limit: Int, labels: [String]) {
        #expect(AxisTicks(in: low...high, atMost: limit).labels == labels)
    }

    @Test func aUnitIsOfTheLabelsAlone() {
        let ticks = AxisTicks(in: 0...24_000, unit: 1000, atMost: 5)
        #expect(ticks.labels == ["0", "5", "10", "15", "20"])
        #expect(ticks.values == [0, 5000, 10_000, 15_000, 20_000])
    }

    /// Over many ranges: on the axis, evenly apart by 1, 2 or 5 and a power of ten, at least one and at most as many as
    /// there is room for.
    @Test func holdsForAnyRange() throws {
        var state: UInt64 = 7
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 0x1p53
        }
        for _ in 0..<5000 {
            let low = (next() - 0.5) * pow(10, next() * 8 - 4)
            let high = low + pow(10, next() * 8 - 4)
            let limit = 2 + Int(next() * 10)
            let ticks = AxisTicks(in: low...high, atMost: limit)
            #expect(ticks.values.count == ticks.labels.count)
            #expect((1...limit).contains(ticks.values.count), "\(low) to \(high): \(ticks)")
            #expect(Set(ticks.labels).count == ticks.labels.count, "\(ticks)")
            let slack = (high - low) * 1e-6
            #expect(ticks.values.allSatisfy { low - slack <= $0 && $0 <= high + slack })
        }
    }

    private func pow(_ base: Double, _ exponent: Double) -> Double {
        var (result, whole) = (1.0, Int(exponent.rounded(.down)))
        while whole > 0 { (result, whole) = (result * base, whole - 1) }
        while whole < 0 { (result, whole) = (result / base, whole + 1) }
        return result * (1 + (base - 1) * (exponent - exponent.rounded(.down)))
    }
}
