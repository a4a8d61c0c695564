import EchoGraph
import Testing

/// Where bins and frames of a segment lie among the tokens.
@Suite(.timeLimit(.minutes(20))) struct STFTSegmentTests {
    private func segment(window: Int, frames: Int = 17, firstToken: Int = 0) -> STFT.Segment {
        STFT.Segment(
            sampleOffset: 0, frameCount: frames, windowLength: window, hop: 160,
            firstToken: firstToken)
    }

    @Test(arguments: [(1, 1), (15, 1), (16, 1), (17, 2), (32, 2), (33, 3), (2000, 125)])
    func patchesAreOfSixteenFrames(frames: Int, patches: Int) {
        let segment = segment(window: 400, frames: frames)
        #expect(segment.patchCount == patches)
        #expect(segment.sequenceLength == patches + 1)
        #expect(segment.tokenCount == 7 * (patches + 1))
        #expect(segment.sampleCount == (frames - 1) * 160 + 400)
    }

    /// 25 samples: 13 bins in one short band. 62: 32 bins fill one. 64: 33 bins, a band of one bin.
    @Test(arguments: [(25, 13, 1), (62, 32, 1), (64, 33, 2), (400, 201, 7), (2441, 1221, 39)])
    func bandsAreOfThirtyTwoBins(window: Int, bins: Int, bands: Int) {
        let segment = segment(window: window)
        #expect(segment.binCount == bins)
        #expect(segment.bandCount == bands)
    }

    @Test(arguments: [(25, 0, 19), (62, 0, 0), (64, 1, 31), (400, 6, 23), (2441, 38, 27)])
    func theLastBandIsPaddedInFront(window: Int, lastBand: Int, firstRow: Int) {
        let segment = segment(window: window)
        for bin in 0..<segment.binCount {
            let place = segment.place(bin: bin)
            #expect(place.band == bin / 32)
            #expect(place.row == bin % 32 + (place.band == lastBand ? firstRow : 0))
        }
        #expect(segment.place(bin: segment.binCount - 1).row == 31)
    }

    @Test func tokensOfABandFollowItsCLS() {
        let segment = segment(window: 64, firstToken: 100)
        #expect(segment.sequenceLength == 3)
        #expect(segment.token(band: 0, patch: 0) == 101)
        #expect(segment.token(band: 0, patch: 1) == 102)
        #expect(segment.token(band: 1, patch: 0) == 104)
    }
}
