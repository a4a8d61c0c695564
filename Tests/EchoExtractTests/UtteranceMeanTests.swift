import Testing

import EchoExtract

@Suite(.timeLimit(.minutes(20))) struct UtteranceMeanTests {
    @Test func theMeanOfOnePartIsThePart() {
        var mean = UtteranceMean()
        mean.add([1.5, -0.1, 3e-30])
        #expect(mean.value == [1.5, -0.1, 3e-30])
        #expect(mean.count == 1)
    }

    /// In float32, 1e8 + 1 - 1e8 is 0.
    @Test func sumsAreDouble() {
        var mean = UtteranceMean()
        for part in [[Float(1e8)], [1], [-1e8]] { mean.add(part) }
        #expect(mean.value == [Float(1.0 / 3.0)])
    }
}
