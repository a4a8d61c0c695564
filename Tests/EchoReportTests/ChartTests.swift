import Testing

import EchoReport

@Suite(.timeLimit(.minutes(20)))
struct ChartTests {
    @Test func histogramCountsEachValueOnce() {
        var histogram = Histogram(over: 0.013...0.497, series: ["normal", "anomaly"])
        #expect(histogram.scale.start <= 0.013 && histogram.scale.end >= 0.497)
        #expect((40...100).contains(histogram.counts.count))
        for index in 0...100 {
            histogram.add(0.013 + 0.00484 * Double(index), series: index % 2)
        }
        #expect(histogram.total == 101)
        #expect(histogram.counts.reduce(0) { $0 + $1[1] } == 50)
        // What lies outside counts at the end.
        histogram.add(99, series: 0)
        histogram.add(-99, series: 0)
        #expect(histogram.counts.last?[0] ?? 0 >= 1 && histogram.total == 103)
    }

    @Test(arguments: [0.0...0.0, 3.5...3.5, -2.0 ... -1.999_999, 1e-12...1.1e-12, 0...1e9])
    func histogramsOfAnyRange(_ range: ClosedRange<Double>) {
        var histogram = Histogram(over: range, series: ["recordings"])
        histogram.add(range.lowerBound, series: 0)
        histogram.add(range.upperBound, series: 0)
        #expect(histogram.total == 2)
        #expect((1...100).contains(histogram.counts.count))
    }

    @Test func stepsAreRound() {
        let steps = [0.011, 0.019, 0.02, 0.049, 0.5, 7, 1000].map(LinearScale.roundStep)
        let expected = [0.01, 0.01, 0.02, 0.02, 0.5, 5, 1000]
        #expect(zip(steps, expected).allSatisfy { abs($0 / $1 - 1) < 1e-6 })
    }

    private static let day = 86_400.0
    private static let spans: [(ClosedRange<Double>, String)] = [
        (0...40, "00:00:00 00:00:10 00:00:20 00:00:30 00:00:40"),
        (0...3 * 3600, "00:00 01:00 02:00 03:00"),
        (0...4 * day, "1970-01-01 1970-01-02 1970-01-03 1970-01-04 1970-01-05"),
        (day...100 * day, "1970-02 1970-03 1970-04"),
        (0...800 * day, "1970-01 1970-07 1971-01 1971-07 1972-01"),
    ]

    @Test(arguments: spans)
    func timesAreRound(_ times: ClosedRange<Double>, _ expected: String) {
        #expect(TimeAxis.ticks(in: times).map(\.text).joined(separator: " ") == expected)
    }

    @Test func aPlotHoldsEachPoint() {
        var plot = TimePlot(times: 0...600, scores: 0...1)
        for time in 0...600 { plot.add(time: Double(time), score: Double(time % 2)) }
        #expect(plot.count == 601)
        // The last two moments share the last column.
        #expect(plot.cells.count == 601 || plot.cells.count == 600)
        #expect(plot.cells.allSatisfy { $0.row == 0 || $0.row == TimePlot.rows - 1 })
    }

    @Test func durationsAreCounted() {
        var durations = DurationCounts()
        for seconds: Double in [1, 1, 10, 100, 0, -Double.infinity, Double.nan] {
            durations.add(seconds)
        }
        #expect(durations.count == 4)
        #expect(durations.counts == [0: 2, 10: 1, 20: 1])
        #expect((durations.shortest, durations.longest, durations.total) == (1, 100, 112))
    }

    @Test(arguments: [
        (0.16, "160 ms"), (9.5, "9.5 s"), (200, "3 min 20 s"), (120, "2 min"), (9000, "2.5 h"),
        (400_000, "111 h"), (0.9999, "1 s"), (5999.7, "1.67 h"),
    ])
    func durationsAsText(_ seconds: Double, _ expected: String) {
        #expect(seconds.durationText == expected)
    }

    @Test func numbersAreGrouped() {
        #expect(
            [0, 999, 1000, 1_234_567, -1000].map(\.grouped) == [
                "0", "999", "1,000", "1,234,567", "-1,000",
            ])
    }
}
