import EchoFormats
import EchoSignal
import EchoStore

/// How the recordings of a run are cut into shards and parts, how much of that is done, and what the rest takes: time,
/// processes, disk and memory.
package struct ExtractionPlan: Sendable, Encodable {
    /// What is to be planned.
    package struct Request: Sendable {
        package var selection: InputSelection
        package var shardCount = 1
        package var partSize = OutputOptions.defaultPartSize
        package var layout = FolderLayout.files
        package var level = Extraction.Level.utterance
        package var element = ArrayElement.float32
        /// A folder to compare with; nil for none.
        package var output: String?
        /// Headers that are read of each ending, at most.
        package var headerLimit = Self.defaultHeaderLimit
        /// Which encoder on what; without it there is no word on speeds that were kept, disk and memory.
        package var encoder: Encoder?
        /// Clips of 10 s at 16 kHz that a process embeds in a second; nil for what `bench` kept.
        package var clipsPerSecond: Double?
        /// Seconds that all may take.
        package var within: Double?
        /// Where to write the list of the recordings; nil for nowhere.
        package var manifest: String?

        package static let defaultHeaderLimit = 1000

        package init(_ selection: InputSelection) { self.selection = selection }
    }

    /// An encoder and how it runs.
    package struct Encoder: Sendable {
        package var model: Echo.Model
        package var device: String
        package var precision: Echo.Precision
        package var batchSize: Int

        package init(
            _ model: Echo.Model, device: String, precision: Echo.Precision = .fp32,
            batchSize: Int = Echo.defaultBatchSize
        ) {
            (self.model, self.device) = (model, device)
            (self.precision, self.batchSize) = (precision, batchSize)
        }
    }

    /// A shard, or all of them.
    package struct Share: Sendable, Codable {
        /// `0/4`; nil for all.
        package let shard: String?
        package let recordingCount: Int
        package let byteCount: Int
        /// Parts of the recordings, or of the missing ones if there is a folder to compare with.
        package let partCount: Int
        /// Recordings that the folder holds, that failed, and that it lacks; nil if there is no
        /// folder to compare with.
        package let embeddedCount: Int?
        package let failedCount: Int?
        package let missingCount: Int?
        /// Seconds of sound in what a run would embed.
        package let soundSeconds: Double
        /// Seconds that one process takes for it; nil if nobody knows its speed.
        package let runSeconds: Double?
        /// Bytes that are written; nil without a model.
        package let outputByteCount: Int?
    }

    package let shards: [Share]
    package let total: Share
    /// What sound, time and bytes go by.
    package let headers: WorkBasis
    package let speed: PlannedSpeed?
    /// Why no speed is known, and what to do; nil if one is.
    package let speedRemedy: String?
    /// Processes, one for each GPU, that are done in the time that was asked for; nil if nobody asked or knows,
    /// and if no number of them is.
    package let processCount: Int?
    /// The recording that alone takes longer than the time that was asked for; nil if none does.
    package let tooLong: LongRecording?
    package let withinSeconds: Double?
    package let memory: PlannedMemory?
    /// The list that was written; nil for none.
    package let manifest: FrozenList?
    /// What was left out of folders, archives and lists.
    package let skipped: SkippedFiles
    /// What is unusual about the columns of lists, and settings that the folder refuses, a sentence each.
    package let warnings: [String]
    /// What could not be searched for recordings, a line each.
    package let problems: [String]

    /// Finds the recordings, reads headers, and the manifests of the folder, of either layout, if one is given.
    ///
    /// - Parameter remark: Called with why a recording has no length, a sentence or two.
    /// - Throws: ``EchoError`` if an input does not exist, a manifest or the model cannot be read, or the list
    ///   cannot be written.
    package init(
        _ request: Request, store: BenchmarkStore = BenchmarkStore(),
        remark: (String) -> Void = { _ in }
    ) throws(EchoError) {
        guard Shard.counts.contains(request.shardCount) else {
            throw EchoError(.usage, "\(request.shardCount) shards; take \(Shard.counts.inWords)")
        }
        var selection = request.selection
        selection.output = request.output
        let (discovery, known) = try EchoError.translating {
            let discovery = try InputDiscovery(selection)
            return (discovery, try request.output.map { try FolderContents($0) })
        }
        let inputs = discovery.inputs
        let refused = try EchoError.translating {
            try request.output.map { try PlannedSettings.warnings(request, in: $0) } ?? []
        }
        (skipped, warnings) = (discovery.skipped, discovery.warnings + refused)
        problems = discovery.problems.map(\.description)
        manifest = try request.manifest.map { (path) throws(EchoError) in
            try FrozenList(inputs, selection, at: path)
        }

        let survey = WorkSurvey(inputs, selection.reading, limit: request.headerLimit)
        headers = survey.basis
        survey.unknown.forEach(remark)
        let encoder = try request.encoder.map { (encoder) throws(EchoError) in
            try PlannedEncoder(encoder, level: request.level, store)
        }
        let speed = request.clipsPerSecond.map { PlannedSpeed(given: $0) } ?? encoder?.speed
        self.speed = speed
        speedRemedy = speed == nil ? PlannedEncoder.speedRemedy(request.encoder) : nil
        memory = try encoder?.memory(survey.largestSegment)
        let measure = ShareMeasure(
            known: known, survey: survey, speed: speed, partSize: request.partSize,
            output: encoder.map {
                PlannedOutput(
                    layout: request.layout, level: request.level, element: request.element,
                    embeddingWidth: $0.embeddingWidth)
            })
        let shares = OutputPlan.shards(inputs, count: request.shardCount)
        shards = shares.enumerated().map { index, numbers in
            measure.share("\(Shard(index, of: request.shardCount))", numbers, of: inputs)
        }
        let total = Share(sumOf: shards)
        self.total = total
        withinSeconds = request.within
        let processes = request.within.flatMap { ProcessCount(inputs, measure, within: $0) }
        (processCount, tooLong) = (processes?.count, processes?.tooLong)
    }

    /// Seconds that the shard takes that takes longest; nil if nobody knows.
    package var longestSeconds: Double? { shards.compactMap(\.runSeconds).max() }
}

extension ExtractionPlan.Share {
    /// All of them.
    init(sumOf shards: [ExtractionPlan.Share]) {
        func sum(_ count: KeyPath<Self, Int>) -> Int {
            shards.reduce(0) { $0.addingClamped($1[keyPath: count]) }
        }
        func sum(_ count: KeyPath<Self, Int?>) -> Int? {
            let known = shards.compactMap { $0[keyPath: count] }
            return known.count == shards.count ? known.reduce(0) { $0.addingClamped($1) } : nil
        }
        let seconds = shards.compactMap(\.runSeconds)
        self.init(
            shard: nil, recordingCount: sum(\.recordingCount), byteCount: sum(\.byteCount),
            partCount: sum(\.partCount), embeddedCount: sum(\.embeddedCount),
            failedCount: sum(\.failedCount), missingCount: sum(\.missingCount),
            soundSeconds: shards.reduce(0) { $0 + $1.soundSeconds },
            runSeconds: seconds.count == shards.count ? seconds.reduce(0, +) : nil,
            outputByteCount: sum(\.outputByteCount))
    }
}
