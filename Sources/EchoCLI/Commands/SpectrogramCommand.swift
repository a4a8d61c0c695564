import ArgumentParser
import EchoExtract
import EchoSignal

/// `echo-gpu spectrogram`: upstream's "preprocess" step, as values or as a picture.
struct SpectrogramCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spectrogram",
        abstract: "Writes the spectrograms of recordings, as pictures (.png) or values (.npy).",
        discussion: """
            A .npy file has the encoder's input: (ln(|X| + 1e-9) + 5.874158) / (5.223174 * 2), \
            float32 [bins, frames] in C order. X is computed with periodic Hann windows of 25 ms, \
            10 ms apart, from the signal without its mean. Channels are averaged unless --channel \
            or --channels chooses one.

            A .png file shows the same values with axes in s and Hz and a bar of colours in dB: 0 \
            dB is a sine of amplitude 1. If a recording has more frames than the picture has \
            columns, each column shows the maximum of its frames, so that a single knock stays \
            visible; the caption says so. Colours span 80 dB down from each recording's maximum: \
            give --levels to compare pictures.

            A folder gets NAME.spectrogram.png, where NAME is as for 'extract'. Existing files are \
            replaced. A recording that cannot be read is named, the others are written, and the \
            exit status is 3. Inputs are read as by 'extract', with the same options.

            EXAMPLES
              echo-gpu spectrogram engine.flac --output engine.png
              echo-gpu spectrogram engine.flac --start 2 --end 4.5 --output part.png
              echo-gpu spectrogram recordings/ --levels -100:-20 --output pictures/
              echo-gpu spectrogram engine.flac --output engine.npy
              echo-gpu spectrogram cwru/ --sample-rate 12000 --format npy --output arrays/

            In Python: numpy.load("engine.npy")
            """)

    @OptionGroup var device: DeviceOption

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A .png or .npy file, or a folder: one that is there, or a name that ends in a slash.",
            valueName: "file or folder"))
    var output: String

    @Option(help: "What to write into a folder: png or npy. (default: png)")
    var format: SpectrogramTarget.Format?

    @Option(
        help: ArgumentHelp(
            "Second at which to begin, from the recording's start.", valueName: "s"))
    var start = 0.0

    @Option(
        help: ArgumentHelp("Second at which to end. (default: its end)", valueName: "s"))
    var end: Double?

    @Option(
        help: ArgumentHelp(
            "The channel, from 0: the same as --channels with a number.", valueName: "number"))
    var channel: Int?

    @OptionGroup(title: "Pictures") var pictures: PictureOptions

    @OptionGroup(title: "Inputs") var inputs: InputOptions

    @OptionGroup(title: "Messages") var log: LogOptions

    func validate() throws {
        guard start >= 0, start.isFinite else {
            throw ValidationError("--start takes 0 s or later, not \(start).")
        }
        if let end, !(end > start && end.isFinite) {
            throw ValidationError("--end, \(end) s, is not after the start, \(start) s.")
        }
        if let channel {
            guard channel >= 0 else {
                throw ValidationError("--channel counts from 0, not \(channel).")
            }
            guard inputs.channels == nil else {
                throw ValidationError(
                    "--channel and --channels both choose channels; give one of them.")
            }
        }
    }

    func run() throws {
        let signals = StopSignals()
        var summary: SpectrogramExport.Summary?
        try ExitStatus.reporting(log) { () throws(EchoError) in
            var options = SpectrogramExport.Options(
                try SpectrogramTarget(output, format: format))
            (options.start, options.end) = (start, end)
            try pictures.apply(to: &options)
            var reading = try inputs.reading(nil)
            if let channel { reading.channels = .channel(channel) }
            let export = try SpectrogramExport(inputs.selection(reading), options)
            let logger = ConsoleLogHandler.logger()
            for warning in export.warnings { logger.warning("\(warning)") }
            // The weights play no part in a spectrogram: those at hand will do.
            let echo = try Echo(model: .demo, device: device.name)
            logger.notice("\(echo.deviceReason)")
            let progress = ProgressReport(console: .standard)
            defer { progress.end() }
            let done = try export.run(
                on: echo, stop: signals.request, progress: progress.show)
            progress.end()
            try SpectrogramReport(done, output: output, export.skipped).write()
            summary = done
        }
        if summary?.isStopped == true { throw ExitStatus.stopped }
        if summary?.failures.isEmpty == false { throw ExitStatus.someRecordingsBad }
    }
}

extension SpectrogramTarget.Format: ExpressibleByArgument {}
