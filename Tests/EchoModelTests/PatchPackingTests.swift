import EchoGraph
import EchoModel
import Testing

/// Between spectrograms and patches.
@Suite(.timeLimit(.minutes(20))) struct PatchPackingTests {
    @Test(arguments: [25, 62, 64, 400, 551], [1, 15, 16, 17, 40])
    func whatIsPackedIsReadBack(window: Int, frames: Int) {
        let segment = STFT.Segment(
            sampleOffset: 0, frameCount: frames, windowLength: window, hop: 10, firstToken: 3)
        let spectrogram = (0..<segment.binCount * frames).map { Float($0 + 1) }
        // Tokens of another segment before and after it.
        let tokens = 3 + segment.tokenCount + 2
        var patches = [Float](repeating: 0, count: tokens * STFT.patchElementCount)
        patches.withUnsafeMutableBufferPointer { segment.pack(spectrogram, into: $0) }
        #expect(patches.withUnsafeBufferPointer { segment.unpack($0) } == spectrogram)

        // Each value stands in one place; CLS, padding and the neighbours stay zero.
        #expect(patches.count { $0 != 0 } == spectrogram.count)
        let size = STFT.patchElementCount
        #expect(patches[..<(3 * size)].allSatisfy { $0 == 0 })
        #expect(patches[((tokens - 2) * size)...].allSatisfy { $0 == 0 })
        for band in 0..<segment.bandCount {
            let cls = (segment.token(band: band, patch: 0) - 1) * size
            #expect(patches[cls..<cls + size].allSatisfy { $0 == 0 })
        }
    }

    /// Bin 32 of 33 is alone in the second band: row 31, after 31 rows of padding.
    @Test func aPatchIsFrequencyMajorAndPaddedInFront() {
        let segment = STFT.Segment(
            sampleOffset: 0, frameCount: 17, windowLength: 64, hop: 10, firstToken: 0)
        let spectrogram = (0..<33 * 17).map(Float.init)
        var patches = [Float](repeating: -1, count: segment.tokenCount * 512)
        patches.withUnsafeMutableBufferPointer { segment.pack(spectrogram, into: $0) }
        func element(token: Int, row: Int, column: Int) -> Float {
            patches[token * 512 + row * 16 + column]
        }
        #expect(element(token: 1, row: 5, column: 7) == 5 * 17 + 7)
        #expect(element(token: 2, row: 5, column: 0) == 5 * 17 + 16)
        #expect(element(token: 4, row: 31, column: 3) == 32 * 17 + 3)
        #expect(element(token: 4, row: 30, column: 3) == -1)
    }
}
