import EchoSignal

/// What an extraction did.
package struct ExtractionSummary: Sendable, Codable {
    /// A recording whose files were written.
    package struct Recording: Sendable, Codable {
        /// Where it was read.
        package let path: String
        /// What its files are called, under the output folder, before `.utterance.npy`.
        package let name: String
        /// Hz.
        package let sampleRate: Int
        /// Seconds of sound.
        package let soundSeconds: Double
        /// Embeddings of it: 1, or with `--channels each` one a channel.
        package let channelCount: Int
        /// N, bands of frequency.
        package let bandCount: Int
        /// N*D, elements of its utterance embedding.
        package let width: Int
        /// What is odd about it; nil where nothing is.
        package let note: String?
        /// Its share, by tokens, of the device's time for the batches that it was in.
        package let deviceSeconds: Double
    }

    /// A recording that could not be embedded, or a folder that could not be searched.
    package struct BadRecording: Sendable, Codable {
        package let path: String
        /// What is wrong and what to try, without the path.
        package let reason: String
    }

    /// The model's name or path.
    package let model: String
    /// The device's name.
    package let device: String
    /// How weights and activations were stored: `fp32` or `fp16`.
    package let precision: Echo.Precision
    /// The folder that the files were written under.
    package let output: String
    package let recordingCount: Int
    package let embeddedCount: Int
    package let badCount: Int
    /// Segments of up to 2000 frames that were embedded.
    package let segmentCount: Int
    /// Seconds of sound in the recordings that were embedded.
    package let soundSeconds: Double
    /// Seconds that the extraction took.
    package let seconds: Double
    /// Bytes of the largest memory plan of a batch.
    package let peakByteCount: Int
    /// Nodes of the graph that ran on the CPU though a device was asked for, each with the reason.
    package let declinedNodes: [String: String]
    package let bad: [BadRecording]
    /// Every recording that was embedded, in the order of the inputs.
    package var recordings: [Recording]?
}

extension ExtractionSummary {
    init(_ extraction: Extraction, _ echo: Echo, _ stage: WriteStage, time: Duration) {
        model = echo.modelName
        device = echo.deviceName
        precision = echo.precision
        output = extraction.options.output
        recordingCount = stage.progress.totalCount
        embeddedCount = stage.recordings.count
        bad = extraction.problems + stage.badRecordings
        badCount = bad.count
        segmentCount = stage.progress.segmentCount
        soundSeconds = stage.recordings.reduce(0) { $0 + $1.soundSeconds }
        seconds = time / .seconds(1)
        peakByteCount = echo.engine.lastPeakByteCount
        declinedNodes = echo.engine.declinedNodes
        recordings = stage.recordings
    }
}

extension ExtractionSummary.Recording {
    init(_ input: Input, _ files: RecordingFiles) {
        path = input.path
        name = input.name
        sampleRate = files.facts.sampleRate
        soundSeconds = files.facts.seconds
        channelCount = files.facts.channelNumbers.count
        bandCount = files.facts.bandCount
        width = files.width ?? 0
        note = files.facts.note
        deviceSeconds = files.deviceSeconds
    }
}
