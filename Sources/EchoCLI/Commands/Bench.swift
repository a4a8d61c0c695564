import ArgumentParser
import EchoExtract
import EchoSignal
import Logging

/// `echo-gpu bench`: how fast the user's device is, and which batch it wants.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures clips a second by batch size, and says which batch to use.",
        discussion: """
            Embeds clips of 10 s of noise, 1, 2, 4, ... at a time, from decoded samples to \
            embeddings. 'extract' reaches this speed if disks and decoders keep up. Each batch \
            size runs once without being measured, then several times; the median counts. The \
            batch to use is the smallest one within 3 % of the best.

            Nothing else should run on the device at the same time. 'echo-gpu tune' may make it faster. \
            What was measured is kept in the cache folder, where 'echo-gpu plan' finds it; a figure of longer \
            measuring, or of larger batches, is not replaced.

            EXAMPLES
              echo-gpu bench --model demo
              echo-gpu bench --model demo --device gpu --precision fp16
              echo-gpu bench --device gpu --model echo-tiny --sample-rate 48000 --json
              echo-gpu bench --model echo-tiny --level both --seconds 10 --largest-batch 512
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup var device: DeviceOption
    @OptionGroup var precision: PrecisionOptions

    @Option(
        help: ArgumentHelp("Sample rate of the clips. (default: 16000)", valueName: "hz"),
        transform: SampleRateText.hertz)
    var sampleRate = 16_000

    @Option(help: "Which embeddings to compute: utterance, segment or both.")
    var level = Extraction.Level.utterance

    @Option(
        help: ArgumentHelp(
            "Seconds for each batch size, up to 86400; a batch that takes longer runs once.",
            valueName: "seconds"))
    var seconds = 2.0

    @Option(help: ArgumentHelp("The largest batch to measure, 1 to 65536.", valueName: "clips"))
    var largestBatch = 128

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup(title: "Messages") var log: LogOptions

    func validate() throws {
        try OptionRange.require("--seconds", seconds)
        try OptionRange.require("--largest-batch", largestBatch, in: Echo.batchSizes)
        try OptionRange.requireRate("--sample-rate", sampleRate)
    }

    func run() throws {
        try ExitStatus.reporting(log) { () throws(EchoError) in
            let logger = ConsoleLogHandler.logger()
            // No logger for it: that the demo's weights are untrained does not matter to the time.
            let echo = try Echo(
                model: model.model, device: device.name, precision: precision.precision ?? .fp32)
            if let warning = echo.deviceWarning { logger.warning("\(warning)") }
            logger.notice("\(echo.deviceReason)")
            let console = Console.standard
            defer { console.draw(bar: "") }
            let options = BatchBenchmark.Options(
                sampleRate: sampleRate, level: level, seconds: seconds, largestBatch: largestBatch)
            let benchmark = try BatchBenchmark(echo, options) { clipCount in
                if console.isTerminal { console.draw(bar: "a batch of \(clipCount)") }
            }
            console.draw(bar: "")
            if let problem = benchmark.stoppedBy { logger.warning("no more than that: \(problem)") }
            keep(KeptBenchmark(benchmark, echo, secondsPerBatch: seconds), logger)
            if json {
                try StandardOutput.write(json: benchmark, keepsOldSpellings: true)
            } else {
                try StandardOutput.write(BenchReport.lines(benchmark))
            }
        }
    }

    /// Keeps the figures for `plan`; that they cannot be kept is no failure of the measuring.
    private func keep(_ kept: KeptBenchmark, _ log: Logger) {
        do throws(EchoError) {
            let (file, isKept) = try BenchmarkStore().keep(kept)
            log.notice(
                isKept
                    ? "Kept for 'echo-gpu plan': \(file)"
                    : """
                    Not kept for 'echo-gpu plan', which goes on with \(file): that was measured with a \
                    larger --seconds or --largest-batch. To keep this one, remove that file and measure again.
                    """)
        } catch {
            log.warning("\(error)")
        }
    }
}
