import ArgumentParser
import EchoExtract

/// `echo-gpu extract`: recordings to files of embeddings.
struct Extract: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Embeds recordings and writes the embeddings as .npy files.",
        discussion: """
            Of each recording it writes NAME.utterance.npy, float32 [N*D], and with --level segment \
            or both NAME.segment.npy, float32 [T, N*D], one row for every 16 frames (160 ms). NAME is \
            the recording's whole file name; below a folder that was given, with its path in there. \
            A file appears whole or not at all; one of that name from before is replaced.

            A recording that cannot be embedded is named with the reason, in errors.jsonl too, the \
            others are embedded, and the exit status is 3. SIGINT and SIGTERM stop after the batch in \
            flight, with status 75: whole files and parts stay. A folder that another process writes \
            to is refused, with status 4.

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
        help: ArgumentHelp(
            "Segments that go to the device together, 1 or more.",
            discussion: """
                A segment is up to 2000 frames (20 s), of any recording. More keeps a large device \
                busy and takes more memory; the embeddings do not depend on it.
                """,
            valueName: "segments"))
    var batch = Echo.defaultBatchSize

    @Option(help: "Which embeddings to write: utterance, segment or both.")
    var level = Extraction.Level.utterance

    @Option(help: ArgumentHelp("Folder for the embeddings; made if missing.", valueName: "folder"))
    var output: String

    @OptionGroup var storage: StorageOptions

    @Flag(help: "Print a table with a row for each recording; with --json, list them.")
    var table = false

    @Flag(help: "Print the summary as one JSON object.")
    var json = false

    @Flag(help: "Also say how much memory was planned and what ran on the CPU instead.")
    var verbose = false

    @OptionGroup(title: "Inputs") var inputs: InputOptions

    func validate() throws {
        guard batch > 0 else { throw ValidationError("--batch takes 1 or more, not \(batch).") }
        guard !output.isEmpty else { throw ValidationError("--output needs the name of a folder.") }
    }

    func run() throws {
        var foundBad = false
        var isStopped = false
        let signals = StopSignals()
        try ExitStatus.reporting { () throws(EchoError) in
            var options = Extraction.Options(
                level: level, batchSize: batch, output: output,
                storage: try storage.options(), listsRecordings: table)
            options.reading = inputs.reading
            let extraction = try Extraction(inputs.selection, options: options)
            let trace = try trace.open()
            defer { try? trace?.finish() }
            let echo = try Echo(
                model: model.model, devices: devices.names, precision: precision.precision,
                logger: ConsoleLogHandler.logger(verbose: verbose), trace: trace,
                download: DownloadReport(console: .standard).show)
            let report = ProgressReport(console: .standard)
            defer { report.end() }
            let summary = try extraction.run(
                on: echo, stop: signals.request, progress: report.show)
            report.end()
            try trace?.finish()
            SummaryReport(summary, table: table, verbose: verbose).write(json: json)
            foundBad = summary.badCount + summary.failedBeforeCount > 0
            isStopped = summary.isStopped
        }
        if isStopped { throw ExitStatus.stopped }
        if foundBad { throw ExitStatus.someRecordingsBad }
    }
}
