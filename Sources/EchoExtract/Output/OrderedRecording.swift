import EchoInvariant
import EchoSignal
import EchoStore

/// One recording while its segments come in, before and while it is its turn among others.
///
/// Rows wait here until somebody takes them: in a part, from when the recording is the head.
struct OrderedRecording {
    enum State {
        case open
        case finished
        case failed(RecordingFailure)
    }

    /// Nil if it never opened.
    let facts: RecordingFacts?
    private(set) var state = State.open
    private(set) var deviceSeconds = 0.0
    /// The devices that computed it.
    private(set) var devices: Set<String> = []
    private(set) var kinds: Set<DeviceKind> = []
    /// N*D; 0 before the first segment.
    private(set) var width = 0
    private var channels: [Channel] = []
    /// Set when its rows go to the table: where they begin.
    private(set) var firstRow: Int?

    private struct Channel {
        var utterance = UtteranceMean()
        var waitingRows: [Float] = []
        var writtenRowCount = 0
    }

    init(_ facts: RecordingFacts) {
        self.facts = facts
        channels = facts.channelNumbers.map { _ in Channel() }
    }

    /// One that never opened.
    init(_ failure: RecordingFailure) {
        facts = nil
        state = .failed(failure)
    }

    var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// True once it is embedded to its end.
    var isEmbedded: Bool {
        if case .finished = state { true } else { false }
    }

    /// Takes the next segment of a channel; one with a value beyond `limit`, or that is not a number,
    /// makes the recording fail.
    mutating func add(_ segment: EncodedSegment, channel: Int, limit: Float) {
        guard isOpen else { return }
        let values = segment.embeddings
        deviceSeconds += segment.deviceSeconds
        devices.formUnion(segment.devices)
        kinds.formUnion(segment.kinds)
        width = values.width
        guard values.fits(limit: limit) else { return fail(FiniteValues.failure) }
        channels[channel].utterance.add(values.utterance)
        channels[channel].waitingRows += values.rows
    }

    mutating func finish() {
        guard isOpen else { return }
        state = .finished
    }

    mutating func fail(_ failure: RecordingFailure) {
        guard isOpen else { return }
        state = .failed(failure)
        channels = []
    }

    /// Moves the rows that wait to the table, channel after channel.
    mutating func writeRows(to table: TableWriter) throws(StoreError) {
        let first = firstRow ?? table.rowCount
        firstRow = first
        for channel in channels.indices where !channels[channel].waitingRows.isEmpty {
            let rows = channels[channel].waitingRows
            let row = first + channel * (facts?.rowCount ?? 0) + channels[channel].writtenRowCount
            try table.write(rows, at: row)
            channels[channel].writtenRowCount += rows.count / table.columns
            channels[channel].waitingRows = []
        }
    }

    /// The rows of a channel, all of which have been written.
    func rows(of channel: Int) -> Range<Int> {
        let count = facts?.rowCount ?? 0
        invariant(channels[channel].writtenRowCount == count, "rows are missing")
        let start = (firstRow ?? 0) + channel * count
        return start..<start + count
    }

    /// The rows of a channel that wait, `[rows, N*D]`.
    func waitingRows(of channel: Int) -> [Float] { channels[channel].waitingRows }

    /// The utterance embeddings of its channels, each `[N*D]`.
    var utterances: [[Float]] { channels.map(\.utterance.value) }
}

extension OrderedRecording {
    /// What a manifest says of a channel, without where its rows are.
    func embedding(of channel: Int, _ facts: RecordingFacts) -> ManifestEntry.Embedding {
        let number = facts.channelNumbers[channel]
        var embedding = ManifestEntry.Embedding(
            channel: number, sampleRate: facts.sampleRate, sampleCount: facts.sampleCount,
            frameCount: facts.frameCount, width: width, utterance: nil, segments: nil,
            note: facts.note, devices: kinds.sorted())
        embedding.columns = facts.columns(of: number)
        return embedding
    }
}
