import EchoGraph
import Testing

/// The table by which kernels find frames and tokens.
@Suite(.timeLimit(.minutes(20))) struct STFTBlocksTests {
    private static let stft = STFT(segments: [
        STFT.Segment(
            sampleOffset: 0, frameCount: 17, windowLength: 400, hop: 160, firstToken: 0),
        STFT.Segment(
            sampleOffset: 2960, frameCount: 1, windowLength: 25, hop: 10, firstToken: 21),
        STFT.Segment(
            sampleOffset: 2985, frameCount: 16, windowLength: 400, hop: 160, firstToken: 23),
    ])

    @Test func aRowSaysWhereSixteenFramesComeFromAndGoTo() {
        let blocks = Self.stft.blocks
        #expect(blocks.type.description == "int32 [4, 6]")
        #expect(
            blocks.ints == [
                2960, 1, 22, 2, 21, 1,
                0, 16, 1, 3, 0, 0,
                2560, 1, 2, 3, -1, 0,
                2985, 16, 24, 2, 23, 2,
            ])
    }

    @Test func blocksOfOneWindowAreOneLaunch() {
        #expect(
            Self.stft.launches == [
                STFT.Launch(windowLength: 25, hop: 10, blocks: 0..<1),
                STFT.Launch(windowLength: 400, hop: 160, blocks: 1..<4),
            ])
        #expect(STFT(segments: []).launches.isEmpty)
        #expect(STFT(segments: []).blocks.shape == [0, 6])
    }

    /// 40,090 and 40,100 Hz both have windows of 1002 samples, and hops of 400 and 401.
    @Test func otherHopsAreOtherLaunches() {
        let segments = [401, 400, 401].enumerated().map { number, hop in
            STFT.Segment(
                sampleOffset: number * 2000, frameCount: 2, windowLength: 1002, hop: hop,
                firstToken: 34 * number)
        }
        #expect(
            STFT(segments: segments).launches.map(\.hop) == [400, 401])
        #expect(STFT(segments: segments).launches.map(\.blocks) == [0..<1, 1..<3])
    }
}
