import EchoFormats
import EchoSignal
import EchoStore

/// The pipeline's last stage where every recording has files of its own: puts its segments together and
/// writes the files, whole or not at all, then a line of the manifest that says so.
///
/// In this order: a batch's files are brought to disk and renamed, then their folders, then the lines.
/// So what a line names is there; a file without a line is what a run that died left, and is made again.
package struct FilesStage: OutputStage {
    /// Files that wait to be put in place together, fewer than a process may have open.
    private static let waitingFileLimit = 128

    private let work: PendingRecordings
    private let options: Extraction.Options
    private let log: ManifestLog
    private let pool = OpenFilePool()

    private var open: [Int: RecordingFiles] = [:]
    /// Of those the ones that have all their segments, and the files that they have.
    private var whole: [Int] = []
    private var waitingFileCount = 0
    /// Lines of recordings that failed, for the end of the batch.
    private var failedLines: [ManifestEntry] = []
    private var failedNumbers: [Int] = []
    private var tally = Tally()
    private var failures: FailureList
    package private(set) var finished = FinishedRecordings()

    package var embeddedCount: Int { tally.embeddedCount }
    var soundSeconds: Double { tally.soundSeconds }
    /// What is whole at the end of a batch is put in place then.
    var droppedCount: Int { 0 }
    var failureList: FailureList { failures }
    package var hasTooManyFailures: Bool { options.failureLimit?.isExceeded(by: finished) ?? false }

    /// What was done. Of recordings that are embedded, those that were asked for or have a note.
    private struct Tally {
        var embeddedCount = 0
        var soundSeconds = 0.0
        var embedded: [Int: ExtractionSummary.Recording] = [:]
        var bad: [Int: ExtractionSummary.BadRecording] = [:]
    }

    package init(
        _ work: PendingRecordings, _ options: Extraction.Options, _ log: ManifestLog
    ) {
        (self.work, self.options, self.log) = (work, options, log)
        failures = work.failures
    }

    /// Takes the next event of any recording. One fails alone where its names are the reason.
    ///
    /// - Throws: ``StoreError`` if a file cannot be created or written.
    package mutating func take(_ event: RecordingEvent<EncodedSegment>) throws(StoreError) {
        do throws(StoreError) { try follow(event) } catch {
            guard error.isOfName, let number = event.recording else { throw error }
            fail(number, RecordingFailure(error))
        }
        if waitingFileCount >= Self.waitingFileLimit { try endBatch() }
    }

    private mutating func follow(_ event: RecordingEvent<EncodedSegment>) throws(StoreError) {
        switch event {
        case .flush: return
        case .opened(let number, let facts): open[number] = try files(number, facts)
        case .segment(let number, let channel, let segment):
            guard let files = open[number] else { return }
            guard segment.embeddings.fits() else { return fail(number, FiniteValues.failure) }
            try files.add(segment, channel: channel)
        case .finished(let number):
            guard let files = open[number] else { return }
            try files.finish()
            whole.append(number)
            waitingFileCount += files.fileCount
        case .failed(let number, let failure): fail(number, failure)
        }
    }

    /// Puts the files of recordings that are whole in place: together, since a disk takes many files in
    /// little more time than one.
    package mutating func endBatch() throws(StoreError) {
        var lines = failedLines
        var folders: Set<ByteName> = []
        for number in whole {
            guard let files = open[number] else { continue }
            try files.commit()
            folders.insert(ByteName(files.folder))
            for embedding in files.lines { lines.append(work.entry(number, .embedded(embedding))) }
        }
        for folder in folders { try FolderSync.sync(folder.text) }
        try log.append(lines)
        for number in failedNumbers { removeReplaced(number, by: []) }
        for number in whole { removeReplaced(number, by: open[number]?.lines ?? []) }
        (failedLines, failedNumbers) = ([], [])
        for number in whole { count(number) }
        (whole, waitingFileCount) = ([], 0)
        try failures.writeNowAndThen()
    }

    package mutating func finish() throws(StoreError) {
        try failures.write()
        try log.requireInPlace()
    }

    /// Removes what was written of recordings that did not finish.
    package mutating func abandon() {
        for files in open.values { files.abandon() }
        open = [:]
    }

    /// What was done, recordings in the order of the inputs.
    package var recordings: [ExtractionSummary.Recording] { inOrder(tally.embedded) }

    /// The recordings that could not be embedded, in the order of the inputs.
    package var badRecordings: [ExtractionSummary.BadRecording] { inOrder(tally.bad) }

    private func inOrder<Value>(_ values: [Int: Value]) -> [Value] {
        values.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The files of a recording that opens.
    private func files(
        _ number: Int, _ facts: RecordingFacts
    ) throws(StoreError) -> RecordingFiles {
        let name = work.inputs[number].name
        let files = try EmbeddingFiles(folder: options.output, name: name)
        try files.requireFreePlaces(options.level.stored, channels: facts.channelNumbers)
        try files.requireShortNames(options.level.stored, channels: facts.channelNumbers)
        try requireFreeNames(name, facts)
        return RecordingFiles(files, level: options.level, facts: facts, pool: pool)
    }

    /// Refuses to write over a recording of an earlier run: those of this one were compared before.
    private func requireFreeNames(_ name: String, _ facts: RecordingFacts) throws(StoreError) {
        for case let channel? in facts.channelNumbers {
            let other = "\(name).ch\(channel)"
            if work.known.isEmbedded(other, byChannel: false) {
                throw StoreError(
                    path: options.output, .channelAndName(recording: name, other: other))
            }
        }
        guard facts.channelNumbers == [nil],
            let owner = NameCollisions.owner(ofChannel: Array(name.utf8))
        else { return }
        let recording = String(decoding: owner, as: UTF8.self)
        if work.known.isEmbedded(recording, byChannel: true) {
            throw StoreError(
                path: options.output, .channelAndName(recording: recording, other: name))
        }
    }

    /// Removes what an earlier run embedded of a recording that has changed, once the line is written
    /// that says what holds: a vector of what it was is none of what it is.
    private func removeReplaced(_ number: Int, by lines: [ManifestEntry.Embedding]) {
        let input = work.inputs[number]
        guard work.known.isEmbedded(input.id),
            let files = try? EmbeddingFiles(folder: options.output, name: input.name)
        else { return }
        let kept = lines.flatMap { [$0.utterance?.file, $0.segments?.file] }.compactMap { $0 }
        files.removeReplaced(
            byChannel: work.known.isEmbedded(input.id, byChannel: true), keeping: Set(kept)
        ) { work.known.isEmbedded("\(input.name).ch\($0)", byChannel: false) }
    }

    private mutating func fail(_ number: Int, _ failure: RecordingFailure) {
        // The first reason counts: what follows of a recording that failed here may fail there.
        guard tally.bad[number] == nil else { return }
        open.removeValue(forKey: number)?.abandon()
        let bad = ExtractionSummary.BadRecording(path: work.inputs[number].path, failure)
        tally.bad[number] = bad
        if let line = work.entry(number, failure) {
            failedLines.append(line)
            failedNumbers.append(number)
        }
        failures.append(work.failure(number, failure))
        finished.addFailed(bad)
    }

    /// Counts a recording whose files and line are in place.
    private mutating func count(_ number: Int) {
        guard let files = open.removeValue(forKey: number) else { return }
        tally.embeddedCount += 1
        tally.soundSeconds += files.facts.seconds
        if options.listsRecordings || files.facts.note != nil {
            tally.embedded[number] = ExtractionSummary.Recording(
                work.inputs[number], files.facts, width: files.width ?? 0,
                devices: files.devices, deviceSeconds: files.deviceSeconds)
        }
        let input = work.inputs[number]
        failures.remove(input.id)
        finished.addEmbedded(input.path, note: files.facts.note)
    }
}
