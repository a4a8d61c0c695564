import EchoScore
import Testing

/// scikit-learn's and numpy's figures: `Tests/Fixtures/scores/rankings.json`.
struct RankingFixture: Decodable, Sendable {
    let rankings: [Case]
    let classes: [ClassCase]

    struct Case: Decodable, Sendable {
        let scores: [Double]
        let anomalous: [Int]
        let auc: Double
        /// By the limit of false alarms.
        let partial: [String: Double]
        /// By the share.
        let quantiles: [String: Double]
    }

    struct ClassCase: Decodable, Sendable {
        let truth: [Int]
        let found: [Int]
        let classes: Int
        let accuracy: Double
        let macro: Double
        let weighted: Double
        let confusion: [[Int]]
    }

    static let shared = SirenFixture.decoded("rankings.json", as: RankingFixture.self)
}

@Suite(.timeLimit(.minutes(20)))
struct RankingTests {
    @Test func areasAreThoseOfScikitLearn() throws {
        for example in RankingFixture.shared.rankings {
            let ranking = try Ranking(
                scores: example.scores, isAnomalous: example.anomalous.map { $0 == 1 })
            #expect(abs(ranking.auc - example.auc) < 1e-12)
            for (limit, area) in example.partial {
                let limit = try #require(Double(limit))
                #expect(abs(ranking.partialAUC(upTo: limit) - area) < 1e-12, "up to \(limit)")
            }
        }
    }

    @Test func theAreaIsTheShareOfPairsInOrder() throws {
        for example in RankingFixture.shared.rankings {
            let pairs = zip(example.scores, example.anomalous)
            var (sum, count) = (0.0, 0.0)
            for (high, _) in pairs.filter({ $0.1 == 1 }) {
                for (low, _) in pairs.filter({ $0.1 == 0 }) {
                    sum += high > low ? 1 : high == low ? 0.5 : 0
                    count += 1
                }
            }
            let ranking = try Ranking(
                scores: example.scores, isAnomalous: example.anomalous.map { $0 == 1 })
            // Both count halves, so there is nothing to round but the quotient.
            #expect(ranking.auc == sum / count)
        }
    }

    @Test func scoresThatAllTieAreChance() throws {
        let ranking = try Ranking(
            scores: [3, 3, 3, 3], isAnomalous: [true, false, true, false])
        #expect(ranking.auc == 0.5)
        #expect(abs(ranking.partialAUC(upTo: 0.1) - 0.5) < 1e-15)
    }

    @Test func theOrderOfRecordingsDoesNotMatter() throws {
        for example in RankingFixture.shared.rankings {
            let anomalous = example.anomalous.map { $0 == 1 }
            let one = try Ranking(scores: example.scores, isAnomalous: anomalous)
            let other = try Ranking(
                scores: example.scores.reversed(), isAnomalous: anomalous.reversed())
            #expect(one.auc == other.auc)
            #expect(one.partialAUC(upTo: 0.1) == other.partialAUC(upTo: 0.1))
        }
    }

    @Test func whatGivesNoFigureIsAnError() {
        #expect(throws: RankingError.empty) { try Ranking(scores: [], isAnomalous: []) }
        #expect(throws: RankingError.oneClass(isAnomalous: false, count: 2)) {
            try Ranking(scores: [1, 2], isAnomalous: [false, false])
        }
        #expect(throws: RankingError.oneClass(isAnomalous: true, count: 1)) {
            try Ranking(scores: [1], isAnomalous: [true])
        }
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(throws: RankingError.notFinite(index: 1)) {
                try Ranking(scores: [1, value], isAnomalous: [false, true])
            }
        }
    }

    @Test func quantilesAreThoseOfNumpy() throws {
        for example in RankingFixture.shared.rankings {
            for (share, value) in example.quantiles {
                #expect(try quantile(#require(Double(share)), of: example.scores) == value)
            }
        }
        #expect(try quantile(0.95, of: [7]) == 7)
        #expect(throws: RankingError.empty) { try quantile(0.5, of: []) }
        #expect(throws: RankingError.notFinite(index: 0)) { try quantile(0.5, of: [.nan]) }
    }

    @Test func meansOfNothingAreNone() {
        #expect(Mean.arithmetic([]) == nil)
        #expect(Mean.harmonic([]) == nil)
        #expect(Mean.arithmetic([0.5, 1]) == 0.75)
        #expect(Mean.harmonic([0.5, 1]) == 2 / 3.0)
    }

    @Test func aZeroPullsAHarmonicMeanToNearlyNothing() throws {
        // As SIREN and the evaluators have it: 0 counts as 2.2e-16, not as what cannot be divided by.
        let mean = try #require(Mean.harmonic([0, 1]))
        #expect(mean > 4.4e-16 && mean < 4.5e-16)
    }
}

@Suite(.timeLimit(.minutes(20)))
struct ConfusionMatrixTests {
    @Test func figuresAreThoseOfScikitLearn() throws {
        for example in RankingFixture.shared.classes {
            var matrix = ConfusionMatrix(classes: (0..<example.classes).map(String.init))
            for (truth, found) in zip(example.truth, example.found) {
                matrix.add(truth: truth, found: found)
            }
            #expect(matrix.counts == example.confusion)
            #expect(try abs(#require(matrix.accuracy) - example.accuracy) < 1e-12)
            #expect(try abs(#require(matrix.macroF1) - example.macro) < 1e-12)
            #expect(try abs(#require(matrix.weightedF1) - example.weighted) < 1e-12)
        }
    }

    @Test func figuresOfNothingAreNone() {
        let matrix = ConfusionMatrix(classes: ["a", "b"])
        #expect(matrix.accuracy == nil)
        #expect(matrix.macroF1 == nil)
        #expect(matrix.weightedF1 == nil)
        #expect(matrix.byClass.map(\.f1) == [0, 0])
    }
}
