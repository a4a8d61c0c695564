import ArgumentParser
import EchoExtract
import EchoGPU
import EchoVerify

/// `echo-gpu tune`: the fastest tiles for the user's device.
struct Tune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds the tiles that kernels run fastest in on a device, and keeps them.",
        discussion: """
            Tries a table of tile sizes. Each row is first checked against the CPU path, with \
            every case of 'echo-gpu verify' that uses these sizes, and is rejected if a number is \
            wrong. Then it is timed on the encoder's own shapes (10 s at 16 kHz). The tiles in use \
            stay unless others are more than 2 % faster.

            The choice is kept in $XDG_CACHE_HOME/echo-gpu (or ~/.cache/echo-gpu), by device, driver, \
            version of the kernels, family ($ECHO_KERNELS), matrix unit ($ECHO_MATRIX) and \
            precision, and every command uses it from then on; 'echo-gpu extract --verbose' says \
            so. Embeddings may change in their last digits.

            Each row is first compiled in a process of its own. It is given up if that takes \
            longer than --compile-limit, or if the driver crashes.

            Nothing else should run on the device at the same time. It takes some minutes.

            EXAMPLES
              echo-gpu tune --device gpu
              echo-gpu tune --device gpu --precision fp16
              echo-gpu tune --device 0:0 --dry-run --json
              echo-gpu tune --stage attention --seconds 5
              echo-gpu tune --device gpu --reset
            """)

    @OptionGroup var device: DeviceOption
    @OptionGroup var precision: PrecisionOptions

    @Option(
        help: ArgumentHelp(
            "Tune only this: products, attention, rows or stack. May be given more than once.",
            discussion: """
                'rows' is only for the kernels for GPUs (simt). 'stack' is for those that take \
                recordings through all layers on a matrix unit.
                """, valueName: "stage"))
    var stage: [TuningStage] = []

    @Option(
        help: ArgumentHelp(
            "Seconds that each row of the table is timed, up to 86400.", valueName: "seconds"))
    var seconds = 1.0

    @Option(
        help: ArgumentHelp(
            "Seconds after which a row that is still being compiled is given up.",
            valueName: "seconds"))
    var compileLimit = 120.0

    @Flag(help: "Print the table and keep nothing.")
    var dryRun = false

    @Flag(help: "Forget what was kept for this device, and what was found of its matrix unit.")
    var reset = false

    @Flag(help: "Print one JSON object.")
    var json = false

    /// What a tuning starts itself with: ``TileCompiler``.
    @Flag(help: .hidden) var compileOnly = false

    @OptionGroup(title: "Messages") var log: LogOptions

    func validate() throws {
        try OptionRange.require("--compile-limit", compileLimit)
        try OptionRange.require("--seconds", seconds)
        guard !reset || (!dryRun && !json && stage.isEmpty) else {
            throw ValidationError("--reset goes with --device and --precision alone.")
        }
    }

    func run() throws {
        if compileOnly { return try TileCompiler.compileWhatIsAskedFor() }
        try ExitStatus.reporting(log) { () throws(EchoError) in
            let tuner = try DeviceTuner(
                device: device.name, precision: precision.precision ?? .fp32)
            if reset {
                let wasKept = try tuner.reset()
                try StandardOutput.write(
                    wasKept ? "Removed \(tuner.path)." : "Nothing was kept in \(tuner.path).")
                return
            }
            ConsoleLogHandler.logger().notice(
                """
                Device: \(tuner.deviceName), kernels: \(tuner.family), \(tuner.precision), \
                matrix unit \(tuner.unit?.name ?? "none")
                """)
            let console = Console.standard
            defer { console.draw(bar: "") }
            _ = StopSignals()
            let tuning = try tuner.run(
                stage.isEmpty ? TuningStage.allCases : stage, secondsPerTrial: seconds,
                compile: TileCompiler(limit: compileLimit).compile
            ) { stage, tiling in
                guard console.isTerminal else { return }
                console.draw(bar: "\(stage): \(stage.description(of: tiling, tuner.family))")
            }
            console.draw(bar: "")
            let report = TuningReport(tuning, tuner, isDryRun: dryRun)
            // The table first: it stands even where the choice cannot be kept.
            if json {
                try StandardOutput.write(json: report, keepsOldSpellings: true)
            } else {
                try StandardOutput.write(report.table)
            }
            if !dryRun { try tuner.keep(tuning) }
            if !json { try StandardOutput.write(report.conclusion) }
        }
    }
}

extension TuningStage: ExpressibleByArgument {}
