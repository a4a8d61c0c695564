import EchoGraph

extension STFT {
    /// Windows of every kind of length: powers of two, mixed radices, one prime factor too large
    /// for its own sums, primes, odd and even; the model's own at usual sample rates; several in
    /// one batch; 1, 15, 16, 17 frames. 1031 is the shortest prime window whose transform does not
    /// fit 32 KiB of local memory.
    static var cases: [OperationCase] {
        let lengths = [
            25, 64, 100, 200, 254, 275, 300, 401, 551, 1102, 1103, 1200, 2206, 2400, 2441, 4800,
        ]
        return lengths.enumerated().map { number, length in
            makeCase([(length, [1, 15, 16, 17][number % 4])])
        } + [makeCase([(1031, 2)]), makeCase([(400, 20), (1102, 33), (400, 1), (2441, 5)])]
    }

    static func makeCase(_ windows: [(length: Int, frames: Int)]) -> OperationCase {
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
        var values = SeededValues(samples)
        return OperationCase(
            operation: STFT(segments: segments),
            shape: windows.map { "n=\($0.length) frames=\($0.frames)" }.joined(separator: ", "),
            inputs: [.given(values.tensor([samples], scale: 0.5))])
    }
}
