import ArgumentParser
import EchoExtract
import EchoFormats

/// `echo-gpu extract`: recordings to files of embeddings.
struct Extract: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Embeds recordings and writes the embeddings as .npy files.",
        discussion: """
            For each recording it writes NAME.utterance.npy, float32 [N*D]. With --level segment \
            or both it writes NAME.segment.npy, float32 [T, N*D]: one row for every 16 frames (160 \
            ms). NAME is the whole file name; for a recording in a folder, its path in that \
            folder. A file appears whole or not at all. If you run the same command again, it \
            embeds what is missing or has changed. An output folder keeps its settings; a command \
            with other settings is refused.

            A recording that cannot be embedded is named with the reason, on the screen and in \
            errors.jsonl. The others are embedded, and the exit status is 3. Files that a search \
            skips are counted by the ending of their names, with the option that would take them. \
            Output folders of echo-gpu, tables of score, and the run's own log and metrics are never \
            inputs; spectrograms and clips that it wrote are, like any file. SIGINT and SIGTERM stop the run after the \
            batch in flight, with status 75; whole files and parts stay. A folder that another \
            process writes to is refused, with status 4.

            EXAMPLES, in which M is a model such as yucongzh/echo-tiny-0828
              echo-gpu extract --model M --output embeddings recordings/
              echo-gpu extract --model M --level both --output out a.wav b.flac
              echo-gpu extract --model M --layout parts --shard 0/4 --output out in/
              echo-gpu extract --model M --manifest list.csv --output out 'in/*.tar'
              echo-gpu extract --model M --sample-rate 12000 --output out cwru/
              echo-gpu extract --model M --raw f32le:25600:3 \\
                  --channels concatenate --output out a.bin
              find / -name '*.wav' -print0 |
                  echo-gpu extract --model M --files0-from - --output out
              echo-gpu extract --model M --device gpu --precision fp16 --output out in/

            In Python: numpy.load("embeddings/a.wav.utterance.npy")
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup var devices: DevicesOption
    @OptionGroup var precision: PrecisionOptions
    @OptionGroup var trace: TraceOption

    @Option(
        name: [.customLong("batch"), .customLong("batch-size")],
        help: ArgumentHelp(
            "Segments that go to the device together, 1 to 65536.",
            discussion: """
                A segment is up to 2000 frames (20 s) of any recording. A larger batch keeps a \
                large device busy and takes more memory. The embeddings do not depend on it.
                """,
            valueName: "segments"))
    var batch = Echo.defaultBatchSize

    @Option(help: "Which embeddings to write: utterance, segment or both. (default: utterance)")
    var level: Extraction.Level?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Folder for the embeddings; made if missing.", valueName: "folder"))
    var output: String

    @OptionGroup(title: "Output folder") var storage: StorageOptions

    @Flag(help: "Print a table with a row for each recording; with --json, list them.")
    var table = false

    @Flag(help: "Print the summary as one JSON object.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Stop when more recordings than this have failed: a number, or per cent of those done.",
            discussion: """
                Without it any number may fail. Per cent count once 100 recordings are done. What is \
                embedded stays, the exit status is 74, and the same command goes on with the rest.

                  --max-failures 20
                  --max-failures 5%
                """,
            valueName: "number or percent"), transform: { try FailureLimit(argument: $0) })
    var maxFailures: FailureLimit?

    @OptionGroup(title: "Progress") var progress: ProgressOptions
    @OptionGroup(title: "Messages") var log: LogOptions

    @OptionGroup(title: "Inputs") var inputs: InputOptions

    func validate() throws {
        try OptionRange.require("--batch", batch, in: Echo.batchSizes)
        guard Set(ownFiles).count == ownFiles.count else {
            throw ValidationError(
                "--log-file, --metrics-file and --trace each need a file of their own.")
        }
    }

    /// What it writes beside its output.
    private var ownFiles: [String] {
        [log.logFile, progress.metricsFile, trace.path].compactMap(\.self)
    }

    func run() throws {
        let signals = StopSignals()
        var report: ExtractionReport?
        do {
            var summary: ExtractionSummary?
            try ExitStatus.reporting(log) { () throws(EchoError) in
                summary = try extract(signals.request, &report)
            }
            if signals.request.leavesCompiler {
                ConsoleLogHandler.logger().notice(
                    "the batch whose kernels were being compiled is given up")
                report?.end(ExitStatus.stopped.rawValue)
                ExitStatus.leave(ExitStatus.stopped)
            }
            if let code = summary.flatMap(Self.status) { throw code }
        } catch {
            report?.end(ExitStatus.code(for: error).rawValue)
            throw error
        }
        report?.end(ExitCode.success.rawValue)
    }

    /// The status of a run that came to its end or was stopped; nil if all is well.
    private static func status(_ summary: ExtractionSummary) -> ExitCode? {
        if summary.hasTooManyFailures { return ExitStatus.tooManyFailures }
        if summary.isStopped { return ExitStatus.stopped }
        return summary.badCount > 0 ? ExitStatus.someRecordingsBad : nil
    }

    /// Embeds the recordings and prints the summary.
    ///
    /// - Parameter begun: Set to what shows progress once that has begun.
    private func extract(
        _ stop: StopRequest, _ begun: inout ExtractionReport?
    ) throws(EchoError) -> ExtractionSummary {
        let settings = try FolderSettings.read(output)
        var options = Extraction.Options(
            level: level ?? settings?.level ?? .utterance, batchSize: batch, output: output,
            storage: try storage.options(settings), listsRecordings: table)
        options.reading = try inputs.reading(settings)
        options.failureLimit = maxFailures
        options.logger = ConsoleLogHandler.logger()
        let precision = precision.precision ?? settings?.precision ?? .fp32
        let report = try ExtractionReport(
            progress, isQuiet: log.quiet,
            .init(options, model: model.name, precision: precision))
        begun = report
        defer { report.endBar() }
        // Before the search, which takes what is there for the run's own.
        let trace = try trace.open()
        defer { try? trace?.finish() }
        var selection = inputs.selection(options.reading)
        selection.ownFiles = ownFiles
        let extraction = try Extraction(selection, options: options)
        let logger = ConsoleLogHandler.logger()
        for warning in extraction.warnings { logger.warning("\(warning)") }
        for folder in extraction.problems { RemarkReport.write(.failure(folder)) }
        report.begin(.opening)
        let echo = try Echo(
            model: model.model, devices: devices.names, precision: precision, logger: logger,
            trace: trace, download: report.show)
        report.begin(.extracting)
        let summary = try extraction.run(
            on: echo, stop: stop, meter: report.meter, progress: { _ in },
            remark: RemarkReport.write)
        report.endBar()
        try trace?.finish()
        try SummaryReport(summary, table: table, log, maxFailures).write(json: json)
        return summary
    }
}

extension Extraction.Level: ExpressibleByArgument {}

extension FailureLimit {
    /// Reads `20` or `5%`.
    ///
    /// - Throws: `ValidationError` if it is neither.
    fileprivate init(argument text: String) throws {
        guard let limit = Self(text) else {
            throw ValidationError(
                "--max-failures takes a whole number such as 20, or per cent from 0% to 100%, not "
                    + "\(quoted(text)).")
        }
        self = limit
    }
}
