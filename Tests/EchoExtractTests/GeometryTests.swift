import EchoGraph
import EchoKernels
import EchoModel
import EchoSignal
import Testing

/// Bins of a band, frames of a patch and tokens of a sequence are stated where they are used, in rooms
/// that do not know one another: here they are held against one another.
@Suite(.timeLimit(.minutes(20))) struct GeometryTests {
    @Test func bandsAndPatchesAreThoseOfTheGraph() {
        #expect(Framing.bandWidth == STFT.bandWidth)
        #expect(Framing.patchLength == STFT.patchLength)
    }

    @Test(arguments: [("BAND_WIDTH", STFT.bandWidth), ("PATCH_LENGTH", STFT.patchLength)])
    func bandsAndPatchesAreThoseOfTheKernels(macro: String, value: Int) throws {
        var count: Int32 = 0
        let sources = UnsafeBufferPointer(start: echo_kernel_sources(&count), count: Int(count))
        let stft = try #require(sources.first { String(cString: $0.name) == "stft" })
        let text = String(cString: stft.text)
        #expect(text.contains("#define \(macro) \(value)\n"))
    }

    @Test func positionsAreTheClassTokenAndThePatchesOfAFullSegment() {
        let patches = Framing.rowCount(frameCount: Framing.segmentLength)
        #expect(Configuration.standardPositionCount == 1 + patches)
    }

    @Test(arguments: [100, 8000, 11_025, 16_000, 44_100, 48_000, 97_656, 10_000_000])
    func everyRateHasTheBandsOfItsSpectrum(sampleRate: Int) {
        let framing = Framing(sampleRate: sampleRate)
        let segment = STFT.Segment(
            sampleOffset: 0, frameCount: 33, windowLength: framing.windowLength, hop: framing.hop,
            firstToken: 0)
        #expect(segment.binCount == framing.binCount)
        #expect(segment.bandCount == framing.bandCount)
        #expect(segment.patchCount == Framing.rowCount(frameCount: 33))
        #expect(segment.sampleCount == framing.sampleRange(of: 0..<33).count)
    }
}
