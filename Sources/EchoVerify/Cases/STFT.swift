import EchoGraph

extension STFT {
    /// Windows of every kind of length: powers of two, mixed radices, prime factors that have their
    /// own sums (31) and those that are too large for them (37, 61), primes, odd and even, the
    /// shortest; the model's own at usual sample rates; several in one batch; 1, 15, 16, 17 frames.
    /// 1031 is the shortest prime window whose transform does not fit 32 KiB of local memory. On
    /// GPUs 480 is the longest whose 16 frames fit half of 64 KiB, 486 the next that needs no
    /// convolution; of 12288 one frame fills 48 KiB, 12500 has to lie in global memory, and so has
    /// 6151, a convolution.
    static var cases: [OperationCase] {
        let lengths = [
            25, 64, 100, 200, 254, 275, 300, 401, 551, 1102, 1103, 1200, 2206, 2400, 2441, 4800, 2,
            3,
            62, 74, 122, 480, 486, 12_288, 12_500, 6151,
        ]
        return lengths.enumerated().map { number, length in
            makeCase([(length, [1, 15, 16, 17][number % 4])])
        } + [makeCase([(1031, 2)]), makeCase([(400, 20), (1102, 33), (400, 1), (2441, 5)])]
    }

    static func makeCase(_ windows: [Window]) -> OperationCase {
        let stft = STFT(segments: segments(of: windows))
        let samples = stft.segments.reduce(0) { $0 + $1.sampleCount }
        var values = SeededValues(samples)
        return OperationCase(
            operation: stft, shape: shape(of: windows),
            inputs: [.given(values.tensor([samples], scale: 0.5)), .given(stft.blocks)])
    }

    typealias Window = (length: Int, frames: Int)

    /// Segments one after the other.
    static func segments(of windows: [Window]) -> [Segment] {
        var segments: [Segment] = []
        var (samples, tokens) = (0, 0)
        for (length, frames) in windows {
            let segment = Segment(
                sampleOffset: samples, frameCount: frames, windowLength: length,
                hop: max(length * 2 / 5, 1), firstToken: tokens)
            segments.append(segment)
            samples += segment.sampleCount
            tokens += segment.tokenCount
        }
        return segments
    }

    static func shape(of windows: [Window]) -> String {
        windows.map { "n=\($0.length) frames=\($0.frames)" }.joined(separator: ", ")
    }
}
