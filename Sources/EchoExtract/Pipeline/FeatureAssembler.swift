import EchoSignal
import EchoTensor

/// Puts the segments of one recording together in memory.
struct FeatureAssembler {
    private var utterance = UtteranceMean()
    private var rows: [Float] = []
    private var rowCount = 0

    /// Adds the next segment's embeddings, rows included.
    ///
    /// - Throws: ``EchoError`` if a value of them is not finite.
    mutating func add(_ encoded: Engine.Encoded) throws(EchoError) {
        try FiniteValues.require(encoded.utterance, of: "the embedding")
        try FiniteValues.require(encoded.rows, of: "the embedding")
        utterance.add(encoded.utterance)
        rows += encoded.rows
        rowCount += encoded.rowCount
    }

    /// The recording's embeddings; `sampleRate` in Hz.
    func features(sampleRate: Int) -> Features {
        let mean = utterance.value
        return Features(
            utterance: mean, segments: rows, segmentShape: [rowCount, mean.count],
            bandCount: Framing(sampleRate: sampleRate).bandCount)
    }
}
