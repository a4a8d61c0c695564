import ArgumentParser
import EchoExtract
import EchoFormats
import EchoStore

/// `echo-gpu plan`: what `extract` would do.
struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints how recordings are cut into shards and parts, without embedding any.",
        discussion: """
            For each shard: recordings, bytes and parts; with --output, also how many of them the \
            folder holds, how many failed, and how many a run would embed. Recordings are found and \
            measured, not opened. What is skipped on the way is counted by its ending, with what \
            would take it.

            EXAMPLES
              echo-gpu plan --shards 8 recordings/
              echo-gpu plan --shards 8 --output archive recordings/
            """)

    @Option(help: ArgumentHelp("Number of shards, 1 to 1000000.", valueName: "number"))
    var shards = 1

    @Option(
        help: ArgumentHelp(
            "Recordings of a part, 1 to 1000000000. (default: 1024)", valueName: "recordings"))
    var partSize: Int?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("An output folder to compare with.", valueName: "folder"))
    var output: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup(title: "Inputs") var inputs: InputOptions

    @OptionGroup(title: "Messages") var log: LogOptions

    func validate() throws {
        try OptionRange.require("--shards", shards, in: Shard.counts)
        if let partSize {
            try OptionRange.require("--part-size", partSize, in: OutputOptions.partSizes)
        }
    }

    func run() throws {
        try ExitStatus.reporting(log) { () throws(EchoError) in
            var begun: FolderSettings?
            if let output { begun = try FolderSettings.read(output) }
            let plan = try ExtractionPlan(
                inputs.selection(try inputs.reading(begun)), shardCount: shards,
                partSize: partSize ?? begun?.partSize ?? OutputOptions.defaultPartSize,
                output: output)
            let logger = ConsoleLogHandler.logger()
            for warning in plan.warnings { logger.warning("\(warning)") }
            for problem in plan.problems { logger.error("\(problem)") }
            if json {
                try StandardOutput.write(json: plan)
            } else {
                try StandardOutput.write(PlanReport.lines(plan))
            }
        }
    }
}

/// A plan as text.
enum PlanReport {
    static func lines(_ plan: ExtractionPlan) -> [String] {
        let compares = plan.total.embeddedCount != nil
        var columns: [TextTable.Column] = [
            .left("shard"), .right("recordings"), .right("MB"), .right("parts"),
        ]
        if compares { columns += [.right("embedded"), .right("failed"), .right("missing")] }
        var table = TextTable(columns)
        for shard in plan.shards + [plan.total] { table.append(row(shard)) }
        return table.lines + plan.skipped.sentences
    }

    private static func row(_ share: ExtractionPlan.Share) -> [String] {
        let megabytes = (Double(share.byteCount) / 1e6).formatted(decimals: 1)
        let counts = [share.embeddedCount, share.failedCount, share.missingCount]
        return [share.shard ?? "all", "\(share.recordingCount)", megabytes, "\(share.partCount)"]
            + counts.compactMap { $0.map(String.init) }
    }
}
