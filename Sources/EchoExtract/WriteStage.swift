import EchoSignal
import EchoStore

/// The pipeline's last stage: puts the segments of each recording together and writes its files,
/// whole or not at all.
package struct WriteStage {
    private let inputs: [Input]
    private let options: Extraction.Options
    private var open: [Int: RecordingFiles] = [:]
    private var embedded: [Int: ExtractionSummary.Recording] = [:]
    private var bad: [Int: ExtractionSummary.BadRecording] = [:]
    private(set) var progress: Extraction.Progress

    package init(inputs: [Input], options: Extraction.Options) {
        self.inputs = inputs
        self.options = options
        progress = Extraction.Progress(totalCount: inputs.count)
    }

    /// Takes the next event of any recording.
    ///
    /// - Throws: ``StoreError`` where a file cannot be created or written.
    package mutating func take(_ event: RecordingEvent<EncodedPart>) throws(StoreError) {
        switch event {
        case .opened(let number, let facts):
            let files = try EmbeddingFiles(folder: options.output, name: inputs[number].name)
            open[number] = RecordingFiles(files, level: options.level, facts: facts)
        case .part(let number, let channel, let part):
            progress.segmentCount += 1
            progress.soundSeconds += open[number]?.facts.secondsPerPart ?? 0
            try open[number]?.add(part, channel: channel)
        case .finished(let number):
            guard let files = open[number] else { return }
            try files.finish()
            open[number] = nil
            embedded[number] = ExtractionSummary.Recording(inputs[number], files)
            progress.finishedCount += 1
        case .failed(let number, let reason):
            open.removeValue(forKey: number)?.abandon()
            bad[number] = ExtractionSummary.BadRecording(
                path: inputs[number].path, reason: reason)
            progress.finishedCount += 1
        }
    }

    /// Removes what was written of recordings that did not finish.
    package mutating func abandonOpenRecordings() {
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
