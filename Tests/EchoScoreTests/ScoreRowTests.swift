import Testing

import EchoScore

@Suite(.timeLimit(.minutes(20)))
struct ScoreRowTests {
    @Test func isOddAboveItsThresholdAlone() {
        #expect(ScoreRow(id: "a", score: 2, threshold: 2).isOdd == false)
        #expect(ScoreRow(id: "a", score: 2.1, threshold: 2).isOdd == true)
        #expect(ScoreRow(id: "a", score: 2).isOdd == nil)
    }
}
