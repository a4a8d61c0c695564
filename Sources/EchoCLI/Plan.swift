import ArgumentParser
import EchoExtract

/// `echo-gpu plan`: what `extract` would do.
struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints how recordings are cut into shards and parts, without embedding any.",
        discussion: """
            For each shard: recordings, bytes and parts; with --output, also how many of them the \
            folder holds, how many failed, and how many a run would embed. Recordings are found and \
            measured, not opened.

            EXAMPLES
              echo-gpu plan --shards 8 recordings/
              echo-gpu plan --shards 8 --output archive recordings/
            """)

    @Option(help: ArgumentHelp("Number of shards, 1 or more.", valueName: "number"))
    var shards = 1

    @Option(
        help: ArgumentHelp(
            "Recordings of a part, 1 or more. (default: 1024)", valueName: "recordings"))
    var partSize: Int?

    @Option(help: ArgumentHelp("An output folder to compare with.", valueName: "folder"))
    var output: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup(title: "Inputs") var inputs: InputOptions

    func validate() throws {
        guard shards > 0, partSize ?? 1 > 0 else {
            throw ValidationError("--shards and --part-size take 1 or more.")
        }
    }

    func run() throws {
        try ExitStatus.reporting { () throws(EchoError) in
            var begun: FolderSettings?
            if let output { begun = try FolderSettings.read(output) }
            let plan = try ExtractionPlan(
                inputs.selection(try inputs.reading(begun)), shardCount: shards,
                partSize: partSize ?? begun?.partSize ?? OutputOptions.defaultPartSize,
                output: output)
            if json {
                JSONOutput.write(plan)
            } else {
                print(PlanReport.text(plan))
            }
        }
    }
}

/// A plan as text.
enum PlanReport {
    static func text(_ plan: ExtractionPlan) -> String {
        let compares = plan.total.embeddedCount != nil
        var columns: [TextTable.Column] = [
            .left("shard"), .right("recordings"), .right("MB"), .right("parts"),
        ]
        if compares { columns += [.right("embedded"), .right("failed"), .right("missing")] }
        var table = TextTable(columns)
        for shard in plan.shards + [plan.total] { table.append(row(shard)) }
        return table.text
    }

    private static func row(_ share: ExtractionPlan.Share) -> [String] {
        let megabytes = (Double(share.byteCount) / 1e6).formatted(decimals: 1)
        let counts = [share.embeddedCount, share.failedCount, share.missingCount]
        return [share.shard ?? "all", "\(share.recordingCount)", megabytes, "\(share.partCount)"]
            + counts.compactMap { $0.map(String.init) }
    }
}
