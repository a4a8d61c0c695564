import ArgumentParser
import EchoExtract
import EchoFormats
import Glibc

/// `echo-gpu report`: an output folder as a page to look at and to listen to.
struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes one page of HTML of an output folder: a map, scores, pictures and sounds.",
        discussion: """
            The page shows what was embedded, by which model and settings, and what failed; a map of \
            the embeddings along their two principal axes, in which a click plays a recording; and \
            with --scores, which is a folder that 'echo-gpu score' wrote, histograms with thresholds, \
            scores over time, and the oddest recordings beside their nearest normal neighbours, each \
            with its spectrogram and a player.

            The page is one file of at most 10 MB and needs no network. It has at most 10,000 \
            points: if there are more rows, those with a picture and every n-th of the others. \
            Sounds in it are MP3, at most --clip-seconds long. With --link-audio they are links to \
            the recordings, relative to the page, and every point has one.

            A missing recording is not an error: the page says so in its place, and how many are \
            missing.

            EXAMPLES
              echo-gpu report embeddings
              echo-gpu report embeddings --scores scores --output fans.html
              echo-gpu report archive --scores scores --link-audio \\
                  --recordings /mnt/recordings
            """)

    @Option(help: ArgumentHelp("A folder that 'echo-gpu score' wrote.", valueName: "folder"))
    var scores: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The page. An earlier report there is replaced.", valueName: "file"))
    var output = "report.html"

    @Flag(help: "Link to the recordings; put no sounds into the page.")
    var linkAudio = false

    @Option(
        help: ArgumentHelp(
            "The folder below which the recordings lie now, if they were moved.",
            valueName: "folder"))
    var recordings: String?

    @Option(
        help: ArgumentHelp(
            "How much of a recording is shown and heard, from its start: 0.5 to 60.",
            valueName: "seconds"))
    var clipSeconds = ReportOptions.defaultClipSeconds

    @Option(
        help: ArgumentHelp(
            "How many recordings have a picture, without their neighbours: 0 to 100.",
            valueName: "count"))
    var oddest = ReportOptions.defaultExampleCount

    @Option(
        help: ArgumentHelp(
            "Fields that make a group, separated by commas, if there are no scores.",
            discussion: """
                Fields come from the list of inputs and from names as the DCASE challenge has them; \
                without this option machine and section, or else the recording's folder. With --scores \
                the groups are those of the scores.
                """,
            valueName: "fields"))
    var groupBy: String?

    @Flag(help: "Print one JSON object that says what the page holds.")
    var json = false

    @Argument(help: ArgumentHelp("An output folder of 'echo-gpu extract'.", valueName: "folder"))
    var folder: String

    @OptionGroup(title: "Messages") var log: LogOptions

    func validate() throws {
        guard (0.5...60).contains(clipSeconds) else {
            throw ValidationError("--clip-seconds \(clipSeconds) is not within 0.5 to 60.")
        }
        guard (0...100).contains(oddest) else {
            throw ValidationError("--oddest \(oddest) is not within 0 to 100.")
        }
        if let groupBy, groupFields.contains(where: \.isEmpty) {
            throw ValidationError(
                "--group-by \"\(groupBy)\" has a field without a name. Give names with commas between."
            )
        }
        if groupBy != nil, scores != nil {
            throw ValidationError(
                "--group-by and --scores are both given: with scores the groups are theirs. Leave one out."
            )
        }
    }

    func run() throws {
        // Nothing is half done where it ends: the page appears whole.
        _ = StopSignals()
        try ExitStatus.reporting(log) { () throws(EchoError) in
            let line = ProgressLine(console: .standard)
            defer { line.end() }
            let summary = try ReportRun.write(options, now: Double(time(nil))) { step in
                line.show(step)
            }
            line.end()
            for note in summary.notes { ConsoleLogHandler.logger().notice("\(note)") }
            if json {
                try StandardOutput.write(json: summary, keepsOldSpellings: true)
            } else {
                try StandardOutput.write(ReportLines.lines(summary))
            }
        }
    }

    private var options: ReportOptions {
        var options = ReportOptions(folder: folder, output: output)
        (options.scores, options.recordings) = (scores, recordings)
        (options.linksAudio, options.clipSeconds) = (linkAudio, clipSeconds)
        options.exampleCount = oddest
        options.groupFields = groupFields
        return options
    }

    private var groupFields: [String] {
        groupBy?.split(separator: ",", omittingEmptySubsequences: false).map { String($0) } ?? []
    }
}
