import EchoSignal
import Testing

@Suite(.timeLimit(.minutes(20))) struct FramingTests {
    @Test(arguments: [
        (100, 2, 1, 2, 1), (1000, 25, 10, 13, 1), (11_025, 275, 110, 138, 5),
        (16_000, 400, 160, 201, 7), (44_100, 1102, 441, 552, 18), (48_000, 1200, 480, 601, 19),
        (97_656, 2441, 976, 1221, 39), (192_000, 4800, 1920, 2401, 76),
        (10_000_000, 250_000, 100_000, 125_001, 3907),
    ])
    func windowHopAndBandsFollowFromTheRate(
        rate: Int, window: Int, hop: Int, bins: Int, bands: Int
    ) {
        let framing = Framing(sampleRate: rate)
        #expect(framing.windowLength == window)
        #expect(framing.hop == hop)
        #expect(framing.binCount == bins)
        #expect(framing.bandCount == bands)
    }

    /// Products such as 0.01 * 2900 are not exact in double, yet none of them falls short of the
    /// whole number that it should reach.
    @Test func truncatedDoublesAgreeWithWholeNumbers() {
        for rate in stride(from: 100, through: 400_000, by: 25) {
            let framing = Framing(sampleRate: rate)
            #expect(framing.hop == rate / 100)
            #expect(framing.windowLength == rate * 25 / 1000)
        }
    }

    @Test func everySupportedRateHasAWindowAndAHop() {
        for rate in [
            Framing.supportedSampleRates.lowerBound, Framing.supportedSampleRates.upperBound,
        ] {
            let framing = Framing(sampleRate: rate)
            #expect(framing.windowLength >= 2)
            #expect(framing.hop >= 1)
        }
        #expect(!Framing.supportedSampleRates.contains(99))
    }

    @Test(arguments: [(0, 0), (24, 0), (25, 1), (34, 1), (35, 2), (20_015, 2000), (20_024, 2000)])
    func framesAreTheWindowsThatFit(samples: Int, frames: Int) {
        #expect(Framing(sampleRate: 1000).frameCount(sampleCount: samples) == frames)
    }

    @Test func aSignalOfOneSegmentIsOneSegment() {
        let framing = Framing(sampleRate: 1000)
        let limit = framing.singleSegmentSampleLimit
        #expect(framing.frameCount(sampleCount: limit) == 2000)
        #expect(framing.frameCount(sampleCount: limit + 1) == 2001)
    }

    @Test(arguments: [
        (0, []), (1, [0..<1]), (1999, [0..<1999]), (2000, [0..<2000]),
        (2001, [0..<2000, 1..<2001]), (4000, [0..<2000, 2000..<4000]),
        (4001, [0..<2000, 2000..<4000, 2001..<4001]),
    ])
    func whatIsLeftOverBecomesTheLastFullSegment(frames: Int, segments: [Range<Int>]) {
        #expect(Framing(sampleRate: 16_000).segments(frameCount: frames) == segments)
    }

    @Test func samplesUnderFramesReachTheEndOfTheLastWindow() {
        let framing = Framing(sampleRate: 1000)
        #expect(framing.sampleRange(of: 0..<1) == 0..<25)
        #expect(framing.sampleRange(of: 1..<2001) == 10..<20_025)
        #expect(framing.sampleRange(of: 3..<3).isEmpty)
    }

    @Test(arguments: [(1, 1), (16, 1), (17, 2), (2000, 125)])
    func aRowIsAPatchOfSixteenFrames(frames: Int, rows: Int) {
        #expect(Framing.rowCount(frameCount: frames) == rows)
    }
}
