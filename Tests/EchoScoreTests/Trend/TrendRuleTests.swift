import Testing

import EchoScore

@Suite(.timeLimit(.minutes(20)))
struct TrendRuleTests {
    private typealias Departure = TrendRule.Departure

    @Test func sigmaWaitsForARunWithoutGaps() {
        let rule = TrendRule.sigma(limit: 3, run: 3)
        #expect(rule.departure([0, 4, 4, 0, 4, 4, 4, 4]) == Departure(change: 4, alarm: 6))
        #expect(rule.departure([4, 4, 3, 4, 4]) == nil)
        #expect(rule.departure([9, 9, 9]) == Departure(change: 0, alarm: 2))
        #expect(rule.departure([]) == nil)
        // Far below the band is no departure.
        #expect(rule.departure([-9, -9, -9, -9]) == nil)
        #expect(
            TrendRule.sigma(limit: 3, run: 1).departure([0, 3.1]) == Departure(change: 1, alarm: 1))
    }

    /// By hand: S = 0, 1, 0.5, 2, 3.5, 5.
    @Test func cusumAddsUpAndFindsWhereItBegan() {
        let rule = TrendRule.cusum(slack: 0.5, decision: 4)
        #expect(rule.departure([-1, 1.5, 0, 2, 2, 2]) == Departure(change: 1, alarm: 5))
        // Back at 0 it begins anew.
        #expect(rule.departure([1.5, -3, 2, 2, 2]) == Departure(change: 2, alarm: 4))
        // Exactly at the decision is not above it.
        #expect(rule.departure([4.5]) == nil)
        #expect(rule.departure([4.6]) == Departure(change: 0, alarm: 0))
    }

    @Test func neitherRuleSeesANumberThatIsNone() {
        #expect(TrendRule.sigma().departure([.nan, .nan, .nan]) == nil)
    }

    @Test func bandsAreByMeanOrByMedian() {
        let scores = [1.0, 2, 3, 4, 100]
        let mean = Band(scores, .mean)
        #expect(mean.centre == 22)
        // statistics.stdev([1, 2, 3, 4, 100])
        #expect(abs(mean.scale - 43.617656975128774) < 1e-12)
        let median = Band(scores, .median)
        #expect((median.centre, median.scale) == (3, 1.4826))
        #expect((median.mean, median.deviation) == (mean.mean, mean.deviation))
        // But for the rounding of three operations.
        #expect(abs(median.deviations(median.score(2.5)) - 2.5) < 1e-14)
        #expect(Band([5, 5, 5], .mean).isFlat)
        #expect(Band([1e-9, 1.1e-9, 1.2e-9], .mean).isFlat == false)
    }

    @Test func sensorsThatCannotBeJudgedSayWhy() {
        func trend(
            _ baseline: [Double], _ later: [Double], spread: Band.Spread = .mean
        ) -> SensorTrend {
            SensorTrend(
                scores: baseline + later, baselineCount: baseline.count, laterCount: later.count,
                least: 5, TrendSettings(baseline: .first(5), spread: spread))
        }
        #expect(trend([1, 2, 1, 2], [9, 9, 9]).problem?.contains("has 4 recordings") == true)
        #expect(trend([1, 2, 1, 2, 1], []).problem?.contains("no recording is later") == true)
        #expect(trend([1, 1, 1, 1, 1], [9]).problem?.contains("all alike") == true)
        #expect(trend([1, 1, 1, 1, 2], [9], spread: .median).problem?.contains("equal") == true)
        #expect(trend([1, 1, 1, 1, 1], [9]).limit == nil)
        let found = trend([1, 2, 1, 2, 1], [1, 9, 9, 9])
        #expect(found.problem == nil)
        #expect(found.departure == .init(change: 1, alarm: 3))
        #expect(found.aboveCount == 3)
    }

    @Test func namesAreInTheOrderOfTheirNumbers() {
        let names = ["a/10.csv", "a/2.csv", "a/1.csv", "a/02.csv", "b/1.csv", "a/2.csv.1", "a/"]
        #expect(
            names.sorted(by: NaturalOrder.isBefore)
                == ["a/", "a/1.csv", "a/02.csv", "a/2.csv", "a/2.csv.1", "a/10.csv", "b/1.csv"])
        #expect(!NaturalOrder.isBefore("a1", "a1"))
        #expect(NaturalOrder.skeleton("b2/10.csv") == Array("b#/#.csv".utf8))
    }
}
