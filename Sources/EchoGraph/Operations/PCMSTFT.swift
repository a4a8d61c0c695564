import EchoTensor

/// Samples of 16 bits to patches in one: ``PCM``, then ``STFT``, for devices that convert a sample
/// where they read it.
///
/// Inputs: codes int16 `[S]`, starts int32 `[G + 1]`, levels int32 `[G]`, remainders float32 `[G]`
/// of the `G` segments, as ``PCM``'s; blocks int32 `[B, 6]`, as ``STFT``'s. Output: as ``STFT``'s.
/// It is made by ``Graph/fusingSpectrograms()``; its kernel is that of stft.cl.
package struct PCMSTFT: FusedOperation {
    package static let stem = "pcm_stft"
    package var inputCount: Int { 5 }

    package let stft: STFT

    package init(_ stft: STFT) { self.stft = stft }

    /// As its parts.
    package var takesHalf: Bool { false }

    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        let type = try expanded(inputs).type
        // Kernels find a sample's level by the segment of its frame.
        try require(
            inputs[2].shape[0] == stft.segments.count,
            "\(inputs[2].shape[0]) levels of \(stft.segments.count) segments")
        return type
    }

    package func add(
        to graph: inout Graph, _ inputs: [Graph.Value]
    ) throws(GraphError) -> Graph.Value {
        let samples = try graph.add(PCM(), Array(inputs[0...3]), label: "\(Self.stem).samples")
        return try graph.add(stft, [samples, inputs[4]], label: "\(Self.stem).patches")
    }

    /// A transform's: its samples are exact.
    package func tolerance(for inputs: [TensorType]) -> Tolerance {
        stft.tolerance(for: [TensorType(inputs[0].shape), inputs[4]])
    }
}
