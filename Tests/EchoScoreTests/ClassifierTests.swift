import EchoScore
import EchoStore
import Testing

@Suite(.timeLimit(.minutes(20)))
struct ClassifierTests {
    private func line(_ values: [Float]) -> ChannelRows {
        ChannelRows([RowsInMemory(values, width: 1)])
    }

    private func classifier(_ k: Int, _ channels: Classifier.Channels = .fused) -> Classifier {
        Classifier(k: k, channels: channels, finder: ExactNearest())
    }

    @Test func mostVotesWinAndOfTiesTheNearestOnes() throws {
        let bank = line([0, 2, 3, 9])
        let classes = [0, 1, 1, 0]
        // Nearest first 0, then 1, 1: two votes of class 1.
        #expect(
            try classifier(3).classify(line([0.5]), by: bank, classes: classes).map(\.found) == [1])
        // One vote each: the nearest one's class.
        #expect(
            try classifier(2).classify(line([0.5]), by: bank, classes: classes).map(\.found) == [0])
        // Two votes each, the nearest is of class 1.
        #expect(
            try classifier(4).classify(line([2.5]), by: bank, classes: classes).map(\.found) == [1])
        #expect(
            try classifier(9).classify(line([0]), by: bank, classes: classes)[0].neighbours.count
                == 4)
    }

    @Test func ofEqualDistancesTheLowerRowComesFirst() throws {
        let answer = try classifier(2).classify(
            line([1]), by: line([2, 0, 2]), classes: [1, 0, 1])[0]
        #expect(answer.neighbours.map(\.row) == [0, 1])
        #expect(answer.found == 1)
    }

    @Test func nobodyIsTheirOwnNeighbour() throws {
        let rows = line([0, 0.1, 5, 5.1, 9])
        let answers = try classifier(1).leaveOneOut(rows, classes: [0, 0, 1, 1, 2])
        #expect(answers.map(\.found) == [0, 0, 1, 1, 1])
        #expect(answers.map(\.neighbours[0].row) == [1, 0, 3, 2, 3])
    }

    @Test func onlyOtherFoldsAreAsked() throws {
        let rows = line([0, 0.1, 5, 5.1])
        let answers = try classifier(1).crossValidate(
            rows, classes: [0, 0, 1, 1], folds: [7, 7, 3, 3])
        #expect(answers.map(\.neighbours[0].row) == [2, 2, 1, 1])
        #expect(answers.map(\.found) == [1, 1, 0, 0])
    }

    @Test func nobodyToAskGivesNoAnswer() throws {
        let none = ChannelRows([RowsInMemory([], width: 1)])
        #expect(
            try classifier(1).classify(line([1, 2]), by: none, classes: []).map(\.found) == [
                nil, nil,
            ])
        #expect(try classifier(1).leaveOneOut(line([1]), classes: [0]).map(\.found) == [nil])
        #expect(try classifier(1).classify(none, by: line([1]), classes: [0]).isEmpty)
    }

    @Test func aChannelCountsTheSameInAnyUnit() throws {
        // The second channel's class is decided by 1000 times larger numbers, the first one's by small ones twice.
        let first = RowsInMemory([0, 0, 1, 1], width: 1)
        let large = RowsInMemory([0, 1000, 0, 1000], width: 1)
        let bank = ChannelRows([first, first, large])
        let query = ChannelRows(
            [[0.1], [0.1], [900]].map { (values: [Float]) in RowsInMemory(values, width: 1) })
        let fused = try classifier(4).classify(query, by: bank, classes: [0, 1, 2, 3])[0]
        #expect(fused.neighbours.map(\.row) == [1, 0, 3, 2])
        let wide = try classifier(4, .sideBySide).classify(query, by: bank, classes: [0, 1, 2, 3])[
            0]
        #expect(wide.neighbours.map(\.row) == [1, 3, 0, 2])
        // A channel that tells nothing, all rows being the same, changes nothing.
        let flat = RowsInMemory([5, 5, 5, 5], width: 1)
        let more = try classifier(4).classify(
            ChannelRows(query.channels + [RowsInMemory([4], width: 1)]),
            by: ChannelRows(bank.channels + [flat]), classes: [0, 1, 2, 3])[0]
        #expect(more.neighbours.map(\.row) == [1, 0, 3, 2])
    }

    @Test(arguments: Classifier.Channels.allCases)
    func whatIsNoNumberIsRefused(_ channels: Classifier.Channels) {
        let bad = RowsInMemory([0, .nan], width: 1)
        let good = RowsInMemory([0, 1], width: 1)
        #expect(throws: StoreError.self) {
            try classifier(1, channels).leaveOneOut(ChannelRows([good, bad]), classes: [0, 1])
        }
    }

    @Test func foldsHaveTheirShareOfEachClass() {
        let labels = (0..<47).map { $0 < 30 ? "a" : $0 < 42 ? "b" : "c" }
        let ids = (0..<47).map { "recording \($0 * 31 % 47)" }
        let folds = StratifiedFolds.folds(labels: labels, ids: ids, count: 5)
        for label in ["a", "b", "c", ""] {
            let counts = (0..<5).map { fold in
                zip(labels, folds).count { ($0 == label || label.isEmpty) && $1 == fold }
            }
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1, "\(label): \(counts)")
        }
        // The order of the recordings does not matter, their ids do.
        let order = Array((0..<47).reversed())
        let others = StratifiedFolds.folds(
            labels: order.map { labels[$0] }, ids: order.map { ids[$0] }, count: 5)
        #expect(others == order.map { folds[$0] })
    }

    @Test func whatAReaderShouldKnowIsNoted() throws {
        let classes = Classes(["b", "a", "b"])
        #expect(classes.names == ["a", "b"])
        let numbers = [1, 0, 1]
        let answers = try classifier(5).leaveOneOut(line([0, 1, 2]), classes: numbers)
        let result = Classification(
            classes: classes, truth: [1, 0, nil], answers: answers, known: [0, 1], k: 5)
        #expect(result.unlabelledCount == 1)
        #expect(result.unansweredCount == 0)
        #expect(result.confusion.recordingCount == 2)
        #expect(
            result.notes == [
                "Class \"a\" has no recordings to learn from: none of it can be found.",
                "There are only 2 neighbours to vote, of the 5 asked for.",
            ])
    }
}
