import ArgumentParser
import EchoExtract
import EchoSignal

/// `echo-gpu extract`: recordings to files of embeddings.
struct Extract: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Embeds recordings and writes the embeddings as .npy files.",
        discussion: """
            Of each recording it writes NAME.utterance.npy, float32 [N*D], and with --level segment \
            or both NAME.segment.npy, float32 [T, N*D], one row for every 16 frames (160 ms). NAME is \
            the recording's whole file name; below a folder that was given, with its path in there. \
            A file appears whole or not at all; one of that name from before is replaced.

            A recording that cannot be embedded is named with the reason, the others are embedded, \
            and the exit status is 3.

            EXAMPLES
              echo-gpu extract --output embeddings recordings/
              echo-gpu extract --model echo-tiny --level both --output out a.wav b.flac
              echo-gpu extract --device gpu --channels each --json --output out c.ogg
              echo-gpu extract --device gpu --precision fp16 --output out recordings/

            In Python: numpy.load("embeddings/a.wav.utterance.npy")
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup var device: DeviceOption
    @OptionGroup var precision: PrecisionOptions

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

    @Option(
        help: ArgumentHelp(
            "What to do with several channels: mean, first or each.",
            discussion: """
                'mean' averages them and embeds the average; 'each' embeds every one, as NAME.ch0, \
                NAME.ch1, ...
                """))
    var channels = ChannelMode.mean

    @Option(help: ArgumentHelp("Folder for the embeddings; made if missing.", valueName: "folder"))
    var output: String

    @Flag(help: "Print a table with a row for each recording; with --json, list them.")
    var table = false

    @Flag(help: "Print the summary as one JSON object.")
    var json = false

    @Flag(help: "Also say how much memory was planned and what ran on the CPU instead.")
    var verbose = false

    @Argument(
        help: ArgumentHelp(
            "Recordings, and folders that are searched for them.",
            discussion: "Everything libsndfile reads: WAV, FLAC, OGG, MP3, AIFF, RF64, ...",
            valueName: "input"))
    var inputs: [String]

    func validate() throws {
        guard batch > 0 else { throw ValidationError("--batch takes 1 or more, not \(batch).") }
        guard !output.isEmpty else { throw ValidationError("--output needs the name of a folder.") }
    }

    func run() throws {
        var foundBad = false
        try ExitStatus.reporting { () throws(EchoError) in
            let options = Extraction.Options(
                level: level, channels: channels, batchSize: batch, output: output)
            let extraction = try Extraction(paths: inputs, options: options)
            let echo = try Echo(
                model: model.model, device: device.name, precision: precision.precision,
                logger: ConsoleLogHandler.logger(verbose: verbose))
            let report = ProgressReport(console: .standard)
            defer { report.end() }
            let summary = try extraction.run(on: echo, progress: report.show)
            report.end()
            SummaryReport(summary, table: table, verbose: verbose).write(json: json)
            foundBad = summary.badCount > 0
        }
        if foundBad { throw ExitStatus.someRecordingsBad }
    }
}
