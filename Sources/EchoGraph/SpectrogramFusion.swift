import EchoTensor

extension Graph {
    /// The same computation with every spectrogram made one node, of the label of its ``STFT``:
    /// samples of 16 bits converted where it reads them, patches rounded to half where it writes
    /// them.
    ///
    /// What stands before it is ``PCM`` of the same segments, what stands behind it a ``Convert``
    /// (``storingHalves(_:)`` puts it there); a value that somebody else reads too stays as it is.
    package func fusingSpectrograms() throws(GraphError) -> Graph {
        try fusingSamples().roundingPatches()
    }

    private func fusingSamples() throws(GraphError) -> Graph {
        try replacingRuns { nodes in
            guard let samples = nodes.first, samples.operation is PCM,
                let node = nodes.dropFirst().first, let stft = node.operation as? STFT,
                node.inputs[0] == samples.output,
                type(of: samples.inputs[2]).shape[0] == stft.segments.count
            else { return nil }
            return Replacement(
                nodeCount: 2, operation: PCMSTFT(stft), inputs: samples.inputs + [node.inputs[1]],
                label: node.label)
        }
    }

    private func roundingPatches() throws(GraphError) -> Graph {
        try replacingRuns { nodes in
            guard let node = nodes.first, let next = nodes.dropFirst().first,
                let convert = next.operation as? Convert, next.inputs == [node.output]
            else { return nil }
            func stored(_ stft: STFT) -> STFT { STFT(segments: stft.segments, to: convert.element) }
            let operation: any Operation
            switch node.operation {
            case let stft as STFT: operation = stored(stft)
            case let fused as PCMSTFT: operation = PCMSTFT(stored(fused.stft))
            default: return nil
            }
            return Replacement(
                nodeCount: 2, operation: operation, inputs: node.inputs, label: node.label)
        }
    }
}
