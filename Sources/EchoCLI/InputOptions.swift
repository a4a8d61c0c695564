import ArgumentParser
import EchoExtract
import EchoFormats
import EchoSignal

/// What to embed, and how it is read.
struct InputOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Recordings, tar files, folders that are searched for both, and patterns.",
            discussion: """
                Everything libsndfile reads: WAV, FLAC, OGG, MP3, AIFF, RF64, ...; tar files, \
                compressed or not, in which KEY.json holds what is known of KEY.wav; and the signals \
                below. Patterns in quotes may have *, ?, [...] and ** for any number of folders. \
                Folders and tar files are searched for recordings, and for signals where \
                --sample-rate, --csv-columns or --raw says how to read them.
                """,
            valueName: "input"))
    var inputs: [String] = []

    @Option(
        help: ArgumentHelp(
            "A list of recordings: JSON Lines, CSV with a header, or a path a line.",
            discussion: """
                Columns: path, and where given id (which names the outputs), sample_rate (Hz), channel, \
                start and end (seconds); all others are carried through to the output. Relative paths \
                start at the list's folder. '-' reads standard input.
                """,
            valueName: "file"))
    var manifest: String?

    @Option(
        name: .customLong("files0-from"),
        help: ArgumentHelp(
            "A list of paths with a zero byte after each, as 'find -print0' writes it.",
            valueName: "file"))
    var files0From: String?

    @Option(
        help: ArgumentHelp(
            "mean, first, last, each, concatenate, or a channel's number from 0. (default: mean)",
            discussion: """
                'mean' averages them and embeds the average; 'each' embeds every one, as NAME.ch0, \
                NAME.ch1, ...; 'concatenate' embeds every one and lays their embeddings side by side.
                """,
            valueName: "mode"))
    var channels: ChannelMode?

    @Option(
        help: ArgumentHelp(
            "The sample rate of signals that do not say it: .npy, .csv, .txt, .mat.",
            valueName: "hz"))
    var sampleRate: Int?

    @Option(
        help: ArgumentHelp(
            "Resample to this rate first (libsoxr, very high quality); off by default.",
            discussion: "ECHO is made for every rate: leave recordings at their own.",
            valueName: "hz"))
    var resample: Int?

    @Option(
        name: .customLong("csv-columns"),
        help: ArgumentHelp(
            "Columns of text files that are channels: names, or numbers from 0.",
            discussion: "Without it, all columns of numbers but the timestamp.",
            valueName: "a,b,..."))
    var csvColumns: ColumnList?

    @Option(
        name: .customLong("csv-time"),
        help: ArgumentHelp(
            "The timestamp column of text files, which is no channel, or 'none'.",
            discussion: """
                Without it, a column called time, timestamp or t, or an even first column without a \
                name.
                """,
            valueName: "column"))
    var csvTime: String?

    @Option(
        name: .customLong("csv-rate"),
        help: "Take the sample rate of text files from timestamps in s, ms, us or ns.")
    var csvRate: CSVOptions.TimeUnit?

    @Option(
        help: ArgumentHelp(
            "The variable of .mat files that is the signal; * and ? stand for parts of its name.",
            discussion: "Without it, *_DE_time, or the only vector of numbers.", valueName: "name"))
    var matKey: String?

    @Option(
        help: ArgumentHelp(
            "What files of no known extension hold, such as f32le:25600:1.",
            discussion: """
                FORMAT is s8, u8, s16le, s24le, s32le, f32le, f64le, or those with be; integers are \
                scaled to [-1, 1).
                """,
            valueName: "format:hz:channels"))
    var raw: RawFormat?

    func validate() throws {
        guard !inputs.isEmpty || manifest != nil || files0From != nil else {
            throw ValidationError(
                "Missing expected argument '<input> ...', or --manifest or --files0-from.")
        }
        guard manifest != "-" || files0From != "-" else {
            throw ValidationError("--manifest and --files0-from cannot both be '-'.")
        }
        let rates = [("--sample-rate", sampleRate), ("--resample", resample)]
        for case (let name, let rate?) in rates where !ReadingOptions.sampleRates.contains(rate) {
            throw ValidationError(
                "\(name) takes \(ReadingOptions.sampleRates.lowerBound) to "
                    + "\(ReadingOptions.sampleRates.upperBound) Hz, not \(rate).")
        }
    }

    /// What was given; see ``reading(_:)`` for what a folder goes on with.
    private var reading: ReadingOptions {
        ReadingOptions(
            channels: channels ?? .mean, sampleRate: sampleRate, resample: resample,
            csv: CSVOptions(
                columns: csvColumns?.names, timeColumn: csvTime, rateFromTime: csvRate),
            matKey: matKey, raw: raw)
    }

    /// What was given, and for the rest what the folder was begun with.
    func reading(_ begun: FolderSettings?) throws(EchoError) -> ReadingOptions {
        guard let begun else { return reading }
        let members = reading.record.members.filter { $0.key != "channels" || channels != nil }
        return try begun.reading(given: JSONObject(members))
    }

    func selection(_ reading: ReadingOptions) -> InputSelection {
        InputSelection(
            arguments: inputs, manifest: manifest, files0: files0From, reading: reading)
    }
}

/// Names with commas between them.
struct ColumnList: ExpressibleByArgument {
    let names: [String]

    init?(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if names.contains("") { return nil }
    }
}

extension ChannelMode: ExpressibleByArgument {}
extension CSVOptions.TimeUnit: ExpressibleByArgument {}
extension RawFormat: ExpressibleByArgument {
    /// Reads `FORMAT:RATE:CHANNELS`.
    public init?(argument: String) { self.init(argument) }
}
