import EchoGraph
import EchoTensor

extension PCM {
    /// One sample, the whole range of codes about any level, and segments of all lengths.
    static var cases: [OperationCase] {
        [[1], [31, 0, 33], [700, 65_536]].map { lengths in
            var values = SeededValues(lengths.count)
            let count = lengths.reduce(0, +)
            let codes = (0..<count).map { Int16(truncatingIfNeeded: $0 &* 24_571 &- 32_768) }
            let levels = lengths.indices.map { Int32($0 % 2 == 0 ? 32_767 : -32_768) }
            let remainders = lengths.map { _ in (values.next() * 0x1p24).rounded() * 0x1p-40 }
            return OperationCase(
                operation: PCM(), shape: "S=\(lengths)",
                inputs: [
                    .given(HostTensor(codes, [count])), .given(offsets(of: lengths)),
                    .given(HostTensor(levels, [lengths.count])),
                    .given(HostTensor(remainders, [lengths.count])),
                ])
        }
    }
}
