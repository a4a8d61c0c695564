import ArgumentParser
import EchoExtract
import EchoFormats
import EchoStore

/// `echo-gpu plan`: what `extract` would do.
struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what a run would do and take: shards, hours, processes, disk and memory.",
        discussion: """
            For each shard: recordings, bytes, parts, hours of sound and, if a speed is known, hours of \
            one process. With --output, also how many recordings the folder has, how many failed, and \
            how many a run would embed. Nothing is embedded. Sound, time and bytes come from the \
            headers of the recordings, or of a sample of them; how many were read is said. Files that \
            are skipped are counted by the ending of their names, with the option that would take them.

            EXAMPLES, in which M is a model such as yucongzh/echo-tiny-0828
              echo-gpu plan --model M --device gpu --within 8h recordings/
              echo-gpu plan --shards 8 recordings/
              echo-gpu plan --shards 8 --output archive recordings/
              echo-gpu bench --model M --device gpu
              echo-gpu plan --clips-per-second 900 --shards 4 recordings/
              echo-gpu plan --write-manifest list.jsonl recordings/
              echo-gpu extract --model M --manifest list.jsonl --shard 0/4 \\
                  --layout parts --output archive
            """)

    @Option(help: ArgumentHelp("Number of shards, 1 to 1000000.", valueName: "number"))
    var shards = 1

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("An output folder to compare with.", valueName: "folder"))
    var output: String?

    @OptionGroup var options: PlanOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup(title: "Inputs") var inputs: InputOptions

    @OptionGroup(title: "Messages") var log: LogOptions

    func validate() throws {
        try OptionRange.require("--shards", shards, in: Shard.counts)
    }

    func run() throws {
        var lacksRecordings = false
        try ExitStatus.reporting(log) { () throws(EchoError) in
            var begun: FolderSettings?
            if let output { begun = try FolderSettings.read(output) }
            var request = ExtractionPlan.Request(inputs.selection(try inputs.reading(begun)))
            request.selection.ownFiles = [options.writeManifest, log.logFile].compactMap(\.self)
            (request.shardCount, request.output) = (shards, output)
            options.set(&request, begun)
            let logger = ConsoleLogHandler.logger()
            let plan = try ExtractionPlan(request) { logger.debug("\($0)") }
            lacksRecordings = plan.manifest != nil && !plan.problems.isEmpty
            for warning in plan.warnings { logger.warning("\(warning)") }
            for problem in plan.problems { logger.error("\(problem)") }
            if json {
                try StandardOutput.write(json: plan, keepsOldSpellings: true)
            } else {
                try StandardOutput.write(PlanReport(plan).lines)
            }
        }
        // A run over the list would end well, and without them.
        if lacksRecordings { throw ExitStatus.someRecordingsBad }
    }
}
