import ArgumentParser
import EchoExtract
import EchoScore
import EchoStore

/// `echo-gpu search`: what is nearest to a recording.
struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds the recordings, or segments, that are nearest to one.",
        discussion: """
            A QUERY is the id of a recording in the folder, or any other recording. Another \
            recording is embedded first, with --model, which must be the model of the folder, and \
            is read as the folder's recordings were. The query itself is left out of its hits, \
            also if it is a file that is in the folder (same name, size and time of change). A \
            folder or a tar file gives a query for each of its recordings. With --level segment \
            all of its own segments are left out, and a hit has a start and an end in seconds, \
            and the part of the query that it is near to. If channels were embedded one by one, \
            each channel of a recording gives an answer, and its hits may be the recording's \
            other channels.

            Embeddings that were made with other settings than those of run.json, so that no \
            distance to them means anything, are left out and counted: other weights, precision, \
            channels or resampling.

            Distances are computed straight from the tables, without an index: every row of the \
            query's width is compared. Other sample rates give other widths; such rows are \
            counted. cosine is 1 - x.y / ((|x| + 1e-10) (|y| + 1e-10)), euclidean is |x - y|. If \
            distances are equal, the first row wins. The answer is exact in float64, and the same \
            on every device.

            --clips writes the sound of each hit as WAV, exactly as it was recorded: \
            QUERY-RANK-NAME.wav, where QUERY is the query's number from 1. If a query cannot be \
            embedded, or the sound of a hit is missing, the rest is done, and the exit status is \
            3.

            EXAMPLES, in which M is the model that the folder was made with
              echo-gpu search --in archive line-3/pump-0917.wav
              echo-gpu search --in archive --model M --top 20 strange.wav
              echo-gpu search --in archive --level segment --clips hits pump.wav
              echo-gpu search --in archive --json pump.wav | jq '.answers[0].hits[0]'
            """)

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp("Output folder of 'echo-gpu extract'.", valueName: "folder"))
    var folder: String

    @Option(
        help: ArgumentHelp(
            "Hits of each query, \(SearchRequest.counts.inWords).", valueName: "hits"))
    var top = 10

    @Option(help: "Which rows to search: utterance (recordings) or segment (160 ms).")
    var level = EmbeddingFiles.Level.utterance

    @Option(help: "How far two rows are apart: cosine or euclidean.")
    var metric = Metric.cosine

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "For queries that are files: the model of the folder, as 'extract' takes it.",
            valueName: "model"))
    var model: String?

    @OptionGroup var device: DeviceOption

    @Option(
        help: ArgumentHelp(
            "Folder for the sound of the hits, as WAV; made if missing.", valueName: "folder"))
    var clips: String?

    @Option(
        help: ArgumentHelp(
            "For --clips: the folder below which the recordings are now, if they were moved.",
            valueName: "folder"))
    var recordings: String?

    @Option(
        name: .customLong("id"),
        help: ArgumentHelp("A query that is an id of the folder; may be repeated.", valueName: "id")
    )
    var ids: [String] = []

    @Option(
        name: .customLong("file"),
        help: ArgumentHelp("A query that is a recording; may be repeated.", valueName: "path"))
    var files: [String] = []

    @Flag(help: "Print one JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("Ids of the folder, or recordings.", valueName: "query"))
    var queries: [String] = []

    @OptionGroup(title: "Queries that are files") var signals: SignalOptions

    @OptionGroup(title: "Messages") var log: LogOptions

    func validate() throws {
        try OptionRange.require("--top", top, in: SearchRequest.counts)
        guard !queries.isEmpty || !ids.isEmpty || !files.isEmpty else {
            throw ValidationError(
                """
                Say what to look for: an id of the folder, or a recording. 'echo-gpu help search' has \
                examples.
                """)
        }
        guard recordings == nil || clips != nil else {
            throw ValidationError("--recordings is for --clips; give both, or none.")
        }
    }

    func run() throws {
        var isIncomplete = false
        // Nothing is half done where it ends: files appear whole.
        _ = StopSignals()
        try ExitStatus.reporting(log) { () throws(EchoError) in
            var request = SearchRequest(
                folder: folder,
                queries: queries.map { .either($0) } + ids.map { .id($0) }
                    + files.map { .file($0) })
            (request.count, request.level, request.metric) = (top, level, metric)
            (request.model, request.device) = (model, device.name)
            (request.clips, request.recordings) = (clips, recordings)
            request.signals = signals.reading
            let progress = ScanProgress(console: .standard)
            defer { progress.end() }
            let result = try ArchiveSearch(request).run(
                logger: ConsoleLogHandler.logger(),
                download: DownloadReport(console: .standard).show, progress: progress.show)
            progress.end()
            if json {
                try StandardOutput.write(json: result, keepsOldSpellings: true)
            } else {
                try StandardOutput.write(SearchReport.lines(result))
            }
            SearchReport.tell(result)
            isIncomplete = result.isIncomplete
        }
        if isIncomplete { throw ExitStatus.someRecordingsBad }
    }
}

extension EmbeddingFiles.Level: ExpressibleByArgument {}
