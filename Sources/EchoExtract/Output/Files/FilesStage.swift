import EchoSignal
import EchoStore

/// The pipeline's last stage: puts the segments of each recording together and writes its files,
/// whole or not at all.
package struct FilesStage: OutputStage {
    private let inputs: [Input]
    private let options: Extraction.Options
    /// Files that wait to be put in place together, fewer than a process may have open.
    private static let waitingFileLimit = 128

    private var open: [Int: RecordingFiles] = [:]
    /// Of those the ones that have all their segments.
    private var whole: [Int] = []
    private var embedded: [Int: ExtractionSummary.Recording] = [:]
    private var bad: [Int: ExtractionSummary.BadRecording] = [:]
    private var failures: FailureList
    private(set) var progress: Extraction.Progress
    private(set) var soundSeconds = 0.0
    package var embeddedCount: Int { embedded.count }

    /// A stage that adds to the failures of earlier runs and takes off them what it embeds.
    ///
    /// - Throws: ``StoreError`` where the list of failures of before cannot be read.
    package init(
        inputs: [Input], options: Extraction.Options, problems: [FailureList.Failure] = []
    ) throws(StoreError) {
        self.inputs = inputs
        self.options = options
        let shard = options.storage.shard
        failures = FailureList(
            folder: options.output, shard: shard,
            try FailureList.read(folder: options.output, shard: shard), problems: problems)
        progress = Extraction.Progress(totalCount: inputs.count)
    }

    /// Takes the next event of any recording.
    ///
    /// - Throws: ``StoreError`` where a file cannot be created or written.
    package mutating func take(_ event: RecordingEvent<EncodedSegment>) throws(StoreError) {
        switch event {
        case .flush: return
        case .opened(let number, let facts):
            let files = try EmbeddingFiles(folder: options.output, name: inputs[number].name)
            try files.requireNoLinks()
            open[number] = RecordingFiles(files, level: options.level, facts: facts)
        case .segment(let number, let channel, let segment):
            progress.segmentCount += 1
            progress.soundSeconds += open[number]?.facts.secondsPerSegment ?? 0
            try open[number]?.add(segment, channel: channel)
        case .finished(let number):
            guard let files = open[number] else { return }
            try files.finish()
            whole.append(number)
            let waiting = whole.reduce(0) { $0 + (open[$1]?.fileCount ?? 0) }
            if waiting >= Self.waitingFileLimit { try endBatch() }
        case .failed(let number, let failure):
            open.removeValue(forKey: number)?.abandon()
            let input = inputs[number]
            bad[number] = ExtractionSummary.BadRecording(path: input.path, failure)
            failures.append(
                .init(id: input.id, path: input.path, code: failure.code, reason: failure.reason))
            try failures.writeNowAndThen()
            progress.finishedCount += 1
        }
    }

    /// Puts the files of recordings that are whole in place: together, since a disk takes many files in
    /// little more time than one.
    package mutating func endBatch() throws(StoreError) {
        for number in whole {
            guard let files = open[number] else { continue }
            try files.commit()
            open[number] = nil
            embedded[number] = ExtractionSummary.Recording(
                inputs[number], files.facts, width: files.width ?? 0,
                devices: files.devices, deviceSeconds: files.deviceSeconds)
            soundSeconds += files.facts.seconds
            failures.remove(inputs[number].id)
            progress.finishedCount += 1
        }
        whole = []
    }

    package mutating func finish() throws(StoreError) { try failures.write() }

    /// Removes what was written of recordings that did not finish.
    package mutating func abandon() {
        for files in open.values { files.abandon() }
        open = [:]
    }

    /// What was done, recordings in the order of the inputs.
    package var recordings: [ExtractionSummary.Recording] { inOrder(embedded) }

    /// The recordings that could not be embedded, in the order of the inputs.
    package var badRecordings: [ExtractionSummary.BadRecording] { inOrder(bad) }

    private func inOrder<Value>(_ values: [Int: Value]) -> [Value] {
        values.sorted { $0.key < $1.key }.map(\.value)
    }
}
