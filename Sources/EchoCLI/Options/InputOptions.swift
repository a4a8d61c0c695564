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
            "The sample rate of files that do not have one: .npy, .npz, .csv, .txt, .mat.",
            discussion: """
                12000, 12k, 12kHz and 12000Hz are the same. A rate that a file has itself goes before \
                it: in its header, or where --mat-rate, --npz-rate, --csv-rate or --raw says.
                """,
            valueName: "hz"),
        transform: SampleRateText.hertz)
    var sampleRate: Int?

    @Option(
        help: ArgumentHelp(
            "Resample to this rate first (libsoxr, very high quality); off by default.",
            discussion: "ECHO is made for every sample rate, so there is usually no need.",
            valueName: "hz"), transform: SampleRateText.hertz)
    var resample: Int?

    @OptionGroup var text: TextOptions

    @Option(
        help: ArgumentHelp(
            "The variable of .mat files that is the signal, by path, such as bearing.gs.",
            discussion: """
                As MATLAB writes it: bearing.gs, Y(7).Data, Y{3}. * and ? stand for parts of \
                names; separate several names by commas. Vectors that match become channels, and \
                must have one length ('*_time' for CWRU's DE and FE). Without this option, \
                *_DE_time, or the only vector or matrix of numbers. A vector that rises by equal \
                steps is a time, whatever its name is.
                """,
            valueName: "path"))
    var matKey: String?

    @Option(
        help: ArgumentHelp(
            "The number in .mat files that is the sample rate in Hz, by path, such as bearing.sr.",
            discussion: "It goes before --sample-rate.", valueName: "path"))
    var matRate: String?

    @Option(
        help: ArgumentHelp(
            "The array of .npz files that is the signal.",
            discussion: "Without this option, the only one that is not a time.", valueName: "name"))
    var npzKey: String?

    @Option(
        help: ArgumentHelp(
            "The number in .npz files that is the sample rate in Hz.",
            discussion: "It goes before --sample-rate.", valueName: "name"))
    var npzRate: String?

    @Option(
        help: ArgumentHelp(
            "The channels of .tdms files that are the signal, such as Vibration/x.",
            discussion: """
                GROUP/CHANNEL. * and ? stand for parts of names; separate several by commas. \
                Without this option, the channels of the only group.
                """,
            valueName: "path"))
    var tdmsKey: String?

    @Option(
        help: ArgumentHelp(
            "Along which dimension of .npy, .npz and .mat arrays time runs, from 0.",
            discussion: """
                Without this option, the longer one, if there are at most 16 channels and at least \
                8 times as many samples. Other arrays are refused: they may be tables of windows.
                """,
            valueName: "extent"))
    var timeAxis: Int?

    @Option(
        help: ArgumentHelp(
            "What integers in .npy, .npz, .mat and .tdms files mean: full or none.",
            discussion: """
                'full': fractions of the type's full scale, as in recordings; the default for 8 to \
                32 bits. 'none': counts, as they are; the default for 64 bits. 32-bit integers \
                that look like counts are refused without this option. Floating point and text are \
                taken as they are.
                """,
            valueName: "scale"))
    var integerScale: ArrayOptions.IntegerScale?

    @Option(
        help: ArgumentHelp(
            "What is in files without a known ending, such as f32le:25600:1.",
            discussion: """
                FORMAT is s8, u8, s16le, s24le, s32le, f32le, f64le, or those with be; integers are \
                scaled to [-1, 1).
                """,
            valueName: "format:hz:channels"))
    var raw: RawFormat?

    @Flag(
        help: ArgumentHelp(
            "Let ffmpeg decode what libsndfile does not read: .m4a, .aac, .wma, video.",
            discussion: """
                The recording's own rate and all channels are kept. ffmpeg must be installed (Debian: \
                ffmpeg); folders and tar files are searched for such files too.
                """))
    var ffmpeg = false

    func validate() throws {
        guard !inputs.isEmpty || manifest != nil || files0From != nil else {
            throw ValidationError(
                "Missing expected argument '<input> ...', or --manifest or --files0-from.")
        }
        guard manifest != "-" || files0From != "-" else {
            throw ValidationError("--manifest and --files0-from cannot both be '-'.")
        }
        if let timeAxis, timeAxis < 0 {
            throw ValidationError("--time-axis counts from 0, not \(timeAxis).")
        }
        guard !text.text || raw == nil else {
            throw ValidationError(
                "--text and --raw both say what files of no known ending hold; give one of them.")
        }
        try OptionRange.requireRate("--sample-rate", sampleRate)
        try OptionRange.requireRate("--resample", resample)
    }

    /// What was given; see ``reading(_:)`` for what a folder goes on with.
    private var reading: ReadingOptions {
        var reading = ReadingOptions(
            channels: channels ?? .mean, sampleRate: sampleRate, resample: resample,
            csv: text.csv, text: text.text, matKey: matKey, raw: raw, matRate: matRate,
            npzKey: npzKey, npzRate: npzRate, tdmsKey: tdmsKey,
            arrays: ArrayOptions(timeAxis: timeAxis, integerScale: integerScale))
        reading.ffmpeg = ffmpeg
        return reading
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

extension ChannelMode: ExpressibleByArgument {}
extension ArrayOptions.IntegerScale: ExpressibleByArgument {}
extension RawFormat: ExpressibleByArgument {
    /// Reads `FORMAT:RATE:CHANNELS`.
    public init?(argument: String) { self.init(argument) }
}
