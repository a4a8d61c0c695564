import EchoModel
import EchoTensor
import Testing

/// Where everything of a batch lies, by hand for small segments.
@Suite(.timeLimit(.minutes(20))) struct BatchLayoutTests {
    /// 2 bands (33 bins: the second has one), 17 frames: sequences of CLS and 2 patches.
    private static let twoBands = BatchLayout.Segment(
        sampleRate: 2560, windowLength: 64, hop: 25, frameCount: 17)
    /// 1 short band (13 bins), 1 frame: a sequence of CLS and 1 patch.
    private static let oneFrame = BatchLayout.Segment(
        sampleRate: 1000, windowLength: 25, hop: 10, frameCount: 1)
    private let layout = BatchLayout([twoBands, oneFrame, twoBands])

    @Test func segmentsArePackedWithoutGaps() {
        #expect(layout.places.map(\.sampleOffset) == [0, 464, 489])
        #expect(layout.places.map(\.firstToken) == [0, 6, 8])
        #expect(layout.sampleCount == 464 + 25 + 464)
        #expect(layout.tokenCount == 14)
        #expect(layout.longestSequence == 3)
    }

    @Test func groupsAreWholeSequencesOfOneSegment() {
        // 7 bands of 32 tokens, of which 4 are 128 rows; one of 126, one of 2.
        let long = BatchLayout([
            .init(sampleRate: 16000, windowLength: 400, hop: 160, frameCount: 496),
            .init(sampleRate: 1000, windowLength: 25, hop: 10, frameCount: 2000),
            .init(sampleRate: 1000, windowLength: 25, hop: 10, frameCount: 1),
        ])
        #expect(long.groups.ints == [0, 128, 224, 350, 352])
    }

    @Test func offsetsAreTheSequencesFirstRowsAndTheEnd() {
        #expect(layout.offsets.shape == [6])
        #expect(layout.offsets.ints == [0, 3, 6, 8, 11, 14])
    }

    @Test func termsAreEachTokensPlaceInTimeAndItsBand() {
        #expect(layout.terms.shape == [14, 2])
        let expected: [(Int32, Int32)] = [
            (0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (0, 2), (1, 2),
            (0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1),
        ]
        #expect(layout.terms.ints == expected.flatMap { [$0.0, $0.1] })
    }

    /// (start + end - 1) / 2 bins of sr / n_fft Hz, over sr / 2: centres 15.5 and 32 of 64
    /// samples, 6 of 25.
    @Test func positionsAreTheBandsCentresWithoutTheirPadding() {
        let expected: [Float] = [0.484375, 1, 0.48]
        #expect(layout.bandPositions == expected)
    }

    @Test func outputRowsAreInSegmentThenPatchThenBandOrder() {
        #expect(layout.utteranceRows.ints == [0, 3, 6, 8, 11])
        #expect(layout.utteranceGroups.ints == [0, 2, 3, 5])
        #expect(layout.patchRows.ints == [1, 4, 2, 5, 7, 9, 12, 10, 13])
    }

    /// The last band of 16 kHz has 9 bins, 192 ... 200, centred on 196.
    @Test func aShortLastBandIsCentredOnItsOwnBins() {
        let layout = BatchLayout([
            .init(sampleRate: 16000, windowLength: 400, hop: 160, frameCount: 1)
        ])
        #expect(layout.bandPositions.count == 7)
        #expect(layout.bandPositions[0] == Float(15.5 * 16000 / 400 / 8000))
        #expect(layout.bandPositions[6] == Float(196.0 * 16000 / 400 / 8000))
    }

    @Test func aFullSegmentFillsThePositionTable() {
        let layout = BatchLayout([
            .init(sampleRate: 1000, windowLength: 25, hop: 10, frameCount: 2000)
        ])
        #expect(layout.longestSequence == Configuration.standardPositionCount)
        #expect(layout.terms.ints.max() == 125)
    }

    @Test func anEmptyBatchIsEmpty() {
        let layout = BatchLayout([])
        #expect(layout.tokenCount == 0)
        #expect(layout.offsets.ints == [0])
        #expect(layout.patchRows.elementCount == 0)
        #expect(layout.longestSequence == 0)
    }

    /// Every token is exactly one sequence's, and goes to exactly one output row.
    @Test(arguments: [
        [(400, 1), (1102, 15), (2441, 16)], [(4800, 17), (25, 2000)],
        [(62, 33), (64, 33), (66, 32)],
    ])
    func everyTokenGoesToOneOutputRow(windows: [(length: Int, frames: Int)]) {
        let layout = BatchLayout(
            windows.map {
                .init(
                    sampleRate: $0.length * 40, windowLength: $0.length, hop: $0.length * 2 / 5,
                    frameCount: $0.frames)
            })
        let rows = layout.utteranceRows.ints + layout.patchRows.ints
        #expect(rows.sorted() == (0..<Int32(layout.tokenCount)).map { $0 })
        #expect(layout.utteranceRows.ints == layout.offsets.ints.dropLast())
        let terms = layout.terms.ints
        for row in layout.utteranceRows.ints { #expect(terms[2 * Int(row)] == 0) }
        for row in layout.patchRows.ints { #expect(terms[2 * Int(row)] > 0) }
    }
}
