import EchoSignal
import EchoStore

/// The pipeline's last stage where the output is in parts: takes recordings in any order and writes
/// them in the order of the plan, part after part.
///
/// Which recordings a part holds, and in which order, depends on the plan alone, never on what was
/// decoded first: a run that was killed and taken up again leaves the same bytes.
struct PartStage: OutputStage {
    private let work: PendingParts
    private let keepsRecordings: Bool
    private let gate: WaitingRowsLimit
    private let failureLimit: FailureLimit?
    /// The recording whose turn it is, and those after it that have begun.
    private var head = 0
    private var begun: [Int: OrderedRecording] = [:]
    /// Parts that are committed, and the one that is open.
    private var partCount = 0
    private var part: PartWriter?
    /// Parts that were written: one without a line is none.
    private var writtenCount = 0
    private let pool = OpenFilePool()
    private var failures: FailureList

    private(set) var finished = FinishedRecordings()
    private(set) var hasTooManyFailures = false
    /// What the committed parts hold, and what the open one does.
    private var committed = Tally()
    private var open = Tally()

    private struct Tally {
        var recordings: [ExtractionSummary.Recording] = []
        var badRecordings: [ExtractionSummary.BadRecording] = []
        var failures: [FailureList.Failure] = []
        var embeddedCount = 0
        var soundSeconds = 0.0

        mutating func add(_ other: Tally) {
            recordings += other.recordings
            badRecordings += other.badRecordings
            embeddedCount += other.embeddedCount
            soundSeconds += other.soundSeconds
        }
    }

    var recordings: [ExtractionSummary.Recording] { committed.recordings }
    var badRecordings: [ExtractionSummary.BadRecording] { committed.badRecordings }
    var embeddedCount: Int { committed.embeddedCount }
    var soundSeconds: Double { committed.soundSeconds }
    /// Those of the open part, and those that came before their turn.
    var droppedCount: Int { open.embeddedCount + begun.values.count { $0.isEmbedded } }

    init(
        _ work: PendingParts, gate: WaitingRowsLimit, keepsRecordings: Bool,
        failureLimit: FailureLimit? = nil
    ) {
        self.work = work
        self.gate = gate
        self.keepsRecordings = keepsRecordings
        self.failureLimit = failureLimit
        failures = work.recordings.failures
    }

    mutating func take(_ event: RecordingEvent<EncodedSegment>) throws(StoreError) {
        guard !hasTooManyFailures else { return }
        switch event {
        case .flush: return
        case .opened(let number, let facts): begun[number] = OrderedRecording(facts)
        case .segment(let number, let channel, let segment):
            begun[number]?.add(segment, channel: channel, limit: work.element.limit)
        case .finished(let number): begun[number]?.finish()
        case .failed(let number, let failure):
            if begun[number] == nil { begun[number] = OrderedRecording(failure) }
            begun[number]?.fail(failure)
        }
        try writeHead()
    }

    /// Parts go by their recordings, not by batches.
    mutating func endBatch() {}

    mutating func finish() throws(StoreError) { try failures.write() }

    var failureList: FailureList { failures }

    mutating func abandon() {
        part?.abandon()
        part = nil
        begun = [:]
    }

    /// Writes what has come of the head, and of every recording after it whose turn that makes it.
    private mutating func writeHead() throws(StoreError) {
        while var recording = begun.removeValue(forKey: head) {
            if work.level.wantsSegments, recording.width > 0, case let part = openPart() {
                try recording.writeRows(to: part.table(.segment, width: recording.width))
            }
            guard !recording.isOpen else {
                begun[head] = recording
                return
            }
            try settle(recording)
            head += 1
            // With those that failed the part is whole, though shorter than planned: at a place that follows from
            // the recordings alone, and the next run goes on behind it instead of failing there again.
            hasTooManyFailures = failureLimit?.isExceeded(by: finished) ?? false
            if hasTooManyFailures || head == work.parts[partCount].upperBound { try commit() }
            gate.advance(to: head)
            if hasTooManyFailures { return }
        }
    }

    /// Writes what is left of the head once nothing more of it comes.
    private mutating func settle(_ recording: OrderedRecording) throws(StoreError) {
        let part = openPart()
        if case .failed(let failure) = recording.state {
            let bad = ExtractionSummary.BadRecording(path: work.inputs[head].path, failure)
            finished.addFailed(bad)
            if let row = recording.firstRow {
                try part.table(.segment, width: recording.width).truncate(to: row)
            }
            if let entry = work.recordings.entry(head, failure) { part.append(entry) }
            open.failures.append(work.recordings.failure(head, failure))
            open.badRecordings.append(bad)
            return
        }
        finished.addEmbedded(work.inputs[head].path, note: recording.facts?.note)
        guard let facts = recording.facts else { return }
        for (channel, utterance) in recording.utterances.enumerated() {
            var embedding = recording.embedding(of: channel, facts)
            if work.level.wantsUtterance {
                let table = try part.table(.utterance, width: recording.width)
                let row = table.rowCount
                try table.append(utterance)
                embedding.utterance = .init(file: table.name, rows: row..<row + 1)
            }
            if work.level.wantsSegments {
                let table = try part.table(.segment, width: recording.width)
                embedding.segments = .init(file: table.name, rows: recording.rows(of: channel))
            }
            part.append(work.recordings.entry(head, .embedded(embedding)))
        }
        open.embeddedCount += 1
        open.soundSeconds += facts.seconds
        if keepsRecordings || facts.note != nil {
            open.recordings.append(
                .init(
                    work.inputs[head], facts, width: recording.width,
                    devices: recording.devices, deviceSeconds: recording.deviceSeconds))
        }
    }

    private mutating func openPart() -> PartWriter {
        if let part { return part }
        let name = PartName(shard: work.shard, number: work.firstNumber + writtenCount)
        let new = PartWriter(
            name, folder: work.folder, format: work.format, element: work.element, pool: pool)
        part = new
        return new
    }

    private mutating func commit() throws(StoreError) {
        guard let part else { return }
        if part.entries.isEmpty {
            part.abandon()
        } else {
            try part.commit()
            writtenCount += 1
        }
        self.part = nil
        partCount += 1
        for entry in part.entries { failures.add(entry) }
        for failure in open.failures { failures.append(failure) }
        open.failures = []
        committed.add(open)
        open = Tally()
        try failures.writeNowAndThen()
    }
}
