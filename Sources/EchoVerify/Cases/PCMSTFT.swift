import EchoGraph
import EchoTensor

extension PCMSTFT {
    /// One segment of one sample a frame, the model's own window, a prime, and several windows in
    /// one batch whose segments have levels and remainders of their own.
    static var cases: [OperationCase] {
        [
            makeCase([(2, 1)]), makeCase([(400, 17)]), makeCase([(401, 3)]),
            makeCase([(400, 20), (1102, 33), (64, 1), (400, 2)]),
        ]
    }

    private static func makeCase(_ windows: [STFT.Window]) -> OperationCase {
        let stft = STFT(segments: STFT.segments(of: windows))
        let lengths = stft.segments.map(\.sampleCount)
        let count = lengths.reduce(0, +)
        var values = SeededValues(count)
        let codes = (0..<count).map { _ in Int16(values.next() * 32_767) }
        let levels = lengths.indices.map { Int32($0 * 4001 - 5000) }
        let remainders = lengths.map { _ in (values.next() * 0x1p24).rounded() * 0x1p-40 }
        return OperationCase(
            operation: PCMSTFT(stft), shape: STFT.shape(of: windows),
            inputs: [
                .given(HostTensor(codes, [count])), .given(offsets(of: lengths)),
                .given(HostTensor(levels, [lengths.count])),
                .given(HostTensor(remainders, [lengths.count])), .given(stft.blocks),
            ])
    }
}
