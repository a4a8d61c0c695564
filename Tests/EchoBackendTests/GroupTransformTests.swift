import EchoGPU
import Testing

/// What the transform for GPUs is compiled with, for every window that a sample rate has.
@Suite(.timeLimit(.minutes(20))) struct GroupTransformTests {
    /// Windows of 80 Hz to 96 kHz each, then those of higher rates up to 10 MHz here and there:
    /// 24,987 is three times a prime, 247,009 a prime, 236,196 is 4 times 3^10.
    private static let windows =
        Array(2...600) + Array(stride(from: 601, to: 2400, by: 13))
        + [4800, 12_288, 24_987, 236_196, 247_009, 250_000]

    @Test(arguments: [16 << 10, 48 << 10])
    func passesAndLocalMemoryAreWithinTheirLimits(localLimit: Int) {
        for window in Self.windows {
            let transform = GroupTransform(windowLength: window)
            let radices = transform.radices
            #expect(radices.reduce(1, *) == transform.length, "\(window)")
            #expect(radices.count <= GroupTransform.passLimit)
            #expect(radices.allSatisfy { $0 <= GroupTransform.largestRadix })
            #expect(!transform.isConvolution || radices.allSatisfy { $0 <= 8 }, "\(window)")
            #expect(transform.isConvolution || transform.length == transform.period)
            #expect(!transform.isConvolution || transform.length >= 2 * transform.period - 1)
            let shape = GroupTransformShape(transform, items: 256, localLimit: localLimit)
            #expect(shape.isLocal == (8 * transform.length <= localLimit), "\(window)")
            #expect(!shape.isLocal || shape.byteCount <= localLimit, "\(window)")
            #expect(shape.isLocal || shape.frames == 1)
        }
    }

    /// Whole patches of 16 kHz at once, frames enough to give every work-item a butterfly
    /// elsewhere.
    @Test(arguments: [(400, 16), (1200, 4), (1102, 8), (2400, 2), (2441, 1), (480, 16), (486, 8)])
    func framesSideBySide(window: Int, frames: Int) {
        let shape = GroupTransformShape(
            GroupTransform(windowLength: window), items: 256, localLimit: 48 << 10)
        #expect(shape.frames == frames)
    }

    @Test(arguments: [
        (200, [8, 5, 5]), (16, [4, 4]), (32, [8, 4]), (128, [8, 4, 4]), (2, [2]), (1, [1]),
        (551, [19, 29]), (600, [8, 3, 5, 5]), (1024, [8, 8, 4, 4]),
    ])
    func radicesAreFew(length: Int, radices: [Int]) {
        #expect(GroupTransform.radices(of: length) == radices)
    }
}
