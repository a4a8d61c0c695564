import ArgumentParser
import EchoExtract
import EchoSignal

/// What to embed, and how it is read.
struct InputOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Recordings, tar files, folders that are searched for both, and patterns.",
            discussion: """
                Everything that libsndfile reads: WAV, FLAC, OGG, MP3, AIFF, RF64, ...; tar files, \
                compressed or not, in which KEY.json says how to read KEY.wav; and the signals \
                below. Patterns in quotes may have *, ?, [...], and ** for any number of folders. \
                Folders and tar files are searched for recordings. They are searched for signals \
                too if --sample-rate, --mat-rate, --npz-rate, --tdms-key, --csv-rate, \
                --csv-columns, --text or --raw says how to read them.
                """,
            valueName: "input"))
    var inputs: [String] = []

    @Option(
        help: ArgumentHelp(
            "A list of recordings: JSON Lines, CSV with a header, or one path a line.",
            discussion: """
                Columns: path, and if you like id (which names the outputs), sample_rate (Hz), \
                channels or channel, start and end (seconds), and those with the names of options: \
                mat_key, mat_rate, npz_key, npz_rate, tdms_key, csv_columns, csv_time, csv_rate, \
                csv_delimiter, csv_decimal, csv_skip, time_axis, integer_scale and raw. All other \
                columns are copied to the output; one that looks mistyped gives a warning. \
                Relative paths start at the list's folder. '-' reads standard input.
                """,
            valueName: "file"))
    var manifest: String?

    @Option(
        name: .customLong("files0-from"),
        help: ArgumentHelp(
            "A list of paths with a zero byte after each, as 'find -print0' writes it.",
            discussion: "Of recordings, tar files and folders, which are searched for both.",
            valueName: "file"))
    var files0From: String?

    @Option(
        help: ArgumentHelp(
            "mean, first, last, each, concatenate, or a channel's number from 0. (default: mean)",
            discussion: """
                'mean' embeds the average of all channels. 'each' embeds every channel, as \
                NAME.ch0, NAME.ch1, ... 'concatenate' embeds every channel and puts their \
                embeddings side by side.
                """,
            valueName: "mode"))
    var channels: ChannelMode?

    @Option(
        help: ArgumentHelp(
            "Resample to this rate first (libsoxr, very high quality); off by default.",
            discussion: "ECHO is made for every sample rate, so there is usually no need.",
            valueName: "hz"), transform: SampleRateText.hertz)
    var resample: Int?

    @OptionGroup var signals: SignalOptions

    func validate() throws {
        guard !inputs.isEmpty || manifest != nil || files0From != nil else {
            throw ValidationError(
                "No recordings are given. Name them as <input> ..., or give --manifest or --files0-from."
            )
        }
        guard manifest != "-" || files0From != "-" else {
            throw ValidationError("--manifest and --files0-from cannot both be '-'.")
        }
        try OptionRange.requireRate("--resample", resample)
    }

    /// What was given, and for the rest what the folder was begun with.
    func reading(_ begun: FolderSettings?) throws(EchoError) -> ReadingOptions {
        var reading = signals.reading
        (reading.channels, reading.resample) = (channels ?? .mean, resample)
        return try begun?.reading(reading, hasChannels: channels != nil) ?? reading
    }

    func selection(_ reading: ReadingOptions) -> InputSelection {
        InputSelection(
            arguments: inputs, manifest: manifest, files0: files0From, reading: reading)
    }
}

extension ChannelMode: ExpressibleByArgument {}
