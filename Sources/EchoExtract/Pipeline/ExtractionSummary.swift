import EchoSignal

/// What an extraction did.
///
/// Its JSON, which `echo-gpu extract --json` prints, has more members than are public here.
public struct ExtractionSummary: Sendable, Encodable {
    /// A recording whose files were written. Not public: ``Options/listsRecordings`` says why.
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
        /// The devices that computed it: more than one where its segments went to several.
        package let devices: [String]
        /// What is unusual about it; nil if nothing is.
        package let note: String?
        /// Of a file with columns those that were used; nil if there is nothing to choose.
        package let columns: [String]?
        /// Its share, by tokens, of the device's time for the batches that it was in.
        package let deviceSeconds: Double
    }

    /// A recording that could not be embedded, or a folder that could not be searched.
    public struct BadRecording: Sendable, Codable {
        /// Where it is.
        public let path: String
        /// What kind of fault it is: a name that stays the same between versions.
        public let code: String
        /// What is wrong and what to try, without the path.
        public let reason: String

        init(path: String, _ failure: RecordingFailure) {
            (self.path, code, reason) = (path, failure.code, failure.reason)
        }

        /// What could not be searched for recordings.
        init(_ problem: InputError) {
            let path = problem.path ?? ""
            let reason = "\(problem)".trimmingPrefix("\(path): ")
            self.init(
                path: path, RecordingFailure(code: problem.code, reason: String(reason)))
        }
    }

    /// The model's name or path.
    public let model: String
    /// False if its weights never saw a recording: then the embeddings mean nothing.
    public let isTrained: Bool
    /// The device's name; of several, their names.
    public let device: String
    /// What each device did.
    public let devices: [DeviceShare]
    /// How weights and activations were stored: `fp32` or `fp16`.
    public let precision: Echo.Precision
    /// The folder that the files were written under.
    public let output: String
    /// Recordings that the run was to embed: those that were not there yet.
    public let recordingCount: Int
    /// Recordings that it embedded.
    public let embeddedCount: Int
    /// Recordings that could not be embedded, and folders that could not be searched.
    public let badCount: Int
    /// Recordings that were embedded before.
    public let embeddedBeforeCount: Int
    /// Recordings that failed before and were left alone.
    public let failedBeforeCount: Int
    /// The file that lists what failed and has not been embedded since, in this run or an earlier one;
    /// nil if there is nothing.
    public let failureList: String?
    /// All such files: of a run without shards, those of shards that wrote to the folder too.
    package let failureLists: [String]
    /// True if it was asked to stop and did so before its end.
    public let isStopped: Bool
    /// True if more recordings failed than ``Extraction/Options/failureLimit`` allows; it stopped then,
    /// unless all were through.
    public let hasTooManyFailures: Bool
    /// Recordings that were embedded and are not kept, since it stopped before their part was whole.
    public let droppedCount: Int
    /// Segments of up to 2000 frames that were embedded.
    public let segmentCount: Int
    /// Seconds of sound in the recordings that were embedded.
    public let soundSeconds: Double
    /// Seconds that the extraction took.
    public let seconds: Double
    /// Bytes of the largest memory plan of a batch.
    public let peakByteCount: Int
    /// Nodes of the graph that ran on the CPU though a device was asked for, each with the reason.
    public let declinedNodes: [String: String]
    /// What happened to the device, a line each: batches that were too large, losses, another driver
    /// or other tiles than when the folder was begun.
    package let incidents: [String]
    /// What was left out of folders, archives and lists.
    package let skipped: SkippedFiles
    /// What is unusual about the columns of lists, a sentence each.
    package let warnings: [String]
    /// Those that could not be embedded, each with the reason.
    public let bad: [BadRecording]
    /// The recordings that were embedded, in the order of the inputs: those that have a note, or all
    /// if it was asked for them.
    package var recordings: [Recording]?
}

extension ExtractionSummary {
    /// What its reader should be told, a sentence each: what was left out of folders, archives and lists
    /// and would be taken with an option, what is unusual about the columns of lists, what happened to devices.
    public var notes: [String] { skipped.sentences + warnings + incidents }

    /// Files of folders and archives that are no recordings by their endings.
    public var skippedCount: Int { skipped.count }

    init(
        _ extraction: Extraction, _ echo: Echo, _ session: OutputSession, _ shares: DeviceShares,
        isStopped: Bool, time: Duration
    ) {
        let stage = session.stage
        model = echo.modelName
        isTrained = echo.weights.isTrained
        device = echo.deviceName
        devices = shares.all
        precision = echo.precision
        output = extraction.options.output
        recordingCount = session.inputs.count
        embeddedCount = stage.embeddedCount
        embeddedBeforeCount = session.embeddedBeforeCount
        failedBeforeCount = session.failedBeforeCount
        failureLists = stage.failureList.paths
        failureList = failureLists.first
        self.isStopped = isStopped
        droppedCount = isStopped ? stage.droppedCount : 0
        bad = extraction.problems + stage.badRecordings
        badCount = bad.count
        segmentCount = shares.all.reduce(0) { $0 + $1.segmentCount }
        hasTooManyFailures = stage.hasTooManyFailures
        soundSeconds = stage.soundSeconds
        seconds = time / .seconds(1)
        peakByteCount = echo.engines.map(\.lastPeakByteCount).max() ?? 0
        declinedNodes = echo.engines.reduce(into: [:]) { $0.merge($1.declinedNodes) { $1 } }
        incidents = session.changes + echo.engines.flatMap(\.incidents)
        skipped = extraction.skipped
        warnings = extraction.warnings
        recordings = stage.recordings
    }
}

extension ExtractionSummary.Recording {
    init(
        _ input: Input, _ facts: RecordingFacts, width: Int, devices: Set<String>,
        deviceSeconds: Double
    ) {
        path = input.path
        name = input.name
        sampleRate = facts.sampleRate
        soundSeconds = facts.seconds
        channelCount = facts.channelNumbers.count
        bandCount = facts.bandCount
        self.width = width
        self.devices = devices.sorted()
        note = facts.note
        columns = facts.columns
        self.deviceSeconds = deviceSeconds
    }
}
