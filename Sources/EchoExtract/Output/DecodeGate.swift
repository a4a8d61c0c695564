import EchoSignal

/// What a ``WaitingRowsLimit`` counts for a recording: the embeddings that its events will bring.
struct DecodeGate: Sendable {
    let gate: WaitingRowsLimit
    /// D, of a band.
    let embeddingWidth: Int
    let wantsRows: Bool

    /// What a recording's line in the manifest, and its bookkeeping until then, may take.
    private static let recordByteCount = 2048

    /// Asks for room for a recording that opens or fails, or for the rows of a segment.
    ///
    /// - Returns: False if nobody wants them any more.
    func admit(
        _ recording: Int, _ facts: RecordingFacts?, _ segment: SignalSegment?, flush: () -> Void
    ) -> Bool {
        let width = (facts?.bandCount ?? 0) * embeddingWidth
        guard let segment else {
            // Sums in double of every channel.
            let sums = 8 * width * (facts?.embeddedChannelCount ?? 0)
            return gate.admit(recording, byteCount: Self.recordByteCount + sums, flush: flush)
        }
        guard wantsRows else { return true }
        return gate.admit(recording, byteCount: 4 * width * segment.rowCount, flush: flush)
    }
}
