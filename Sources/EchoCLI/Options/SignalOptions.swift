import ArgumentParser
import EchoExtract
import EchoSignal

/// How files are read that do not say all of it themselves: arrays, text, samples without a header.
struct SignalOptions: ParsableArguments {
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
        if let timeAxis, timeAxis < 0 {
            throw ValidationError("--time-axis counts from 0, not \(timeAxis).")
        }
        guard !text.text || raw == nil else {
            throw ValidationError(
                "--text and --raw both say what files of no known ending hold; give one of them.")
        }
        try OptionRange.requireRate("--sample-rate", sampleRate)
    }

    /// What was given.
    var reading: ReadingOptions {
        var reading = ReadingOptions(
            channels: .mean, sampleRate: sampleRate, csv: text.csv, text: text.text,
            matKey: matKey, raw: raw, matRate: matRate, npzKey: npzKey, npzRate: npzRate,
            tdmsKey: tdmsKey, arrays: ArrayOptions(timeAxis: timeAxis, integerScale: integerScale))
        reading.ffmpeg = ffmpeg
        return reading
    }
}

extension ArrayOptions.IntegerScale: ExpressibleByArgument {}
extension RawFormat: ExpressibleByArgument {
    /// Reads `FORMAT:RATE:CHANNELS`.
    public init?(argument: String) { self.init(argument) }
}
