import ArgumentParser
import EchoExtract
import EchoFormats

/// `echo-gpu inspect`: what is in a folder or file.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what is in an output folder, a file of embeddings or a model.",
        discussion: """
            For an output folder: recordings, failures by reason, and for each width the rows with \
            their norms, rows that are not finite, and rows that are equal to another recording's. \
            The manifests are compared with the arrays. A row for each model and its settings says \
            how many recordings it embedded. The exit status is 1 if something is wrong, and 65 if \
            the folder is not an output folder.

            EXAMPLES
              echo-gpu inspect archive
              echo-gpu inspect echo-tiny/model.safetensors
              echo-gpu inspect --json embeddings | jq .failures
            """)

    @Flag(help: "Print one JSON object.")
    var json = false

    @Argument(
        help: ArgumentHelp(
            "An output folder, a .npy or .safetensors file, or a model.", valueName: "path"))
    var path: String

    func run() throws {
        var isSound = true
        try ExitStatus.reporting { () throws(EchoError) in
            let inspection = try Inspection(path: path)
            isSound = inspection.isSound
            if json {
                try StandardOutput.write(json: inspection)
            } else {
                try StandardOutput.write(InspectionReport.lines(inspection))
            }
        }
        if !isSound { throw ExitStatus.differs }
    }
}

/// An inspection as text.
enum InspectionReport {
    static func lines(_ inspection: Inspection) -> [String] {
        var lines: [String] = []
        if let model = inspection.model { lines += self.model(model) }
        if let count = inspection.recordingCount {
            lines.append("\(count) recordings embedded, \(inspection.failedCount ?? 0) failed.")
        }
        lines += inspection.failures.sorted { $0.key < $1.key }.map { "  \($0.value) \($0.key)" }
        if inspection.supersededCount > 0 {
            lines.append(
                "Lines that hold no longer, as a later one does: \(inspection.supersededCount).")
        }
        if inspection.replacedCount > 0 {
            lines.append("Embeddings that later ones have replaced: \(inspection.replacedCount).")
        }
        if inspection.unlistedCount > 0 {
            lines.append(
                "Files that no manifest names, of release 0.1.0 or of a run that died: "
                    + "\(inspection.unlistedCount).")
        }
        lines += inspection.writers.map { "In use: \($0) writes to it." }
        lines += inspection.deadWriters.map { "Unfinished: \($0), ended before its run did." }
        if !inspection.unfinished.isEmpty {
            let names = inspection.unfinished.prefix(3).joined(separator: ", ")
            let more = inspection.unfinished.count > 3 ? ", ..." : ""
            lines.append(
                "Unfinished, of a run that writes or died: \(inspection.unfinished.count) files "
                    + "(\(names)\(more)).")
        }
        if !inspection.models.isEmpty { lines += models(inspection.models) }
        if !inspection.settings.isEmpty { lines.append("The folder goes on with run.json:") }
        lines += inspection.settings.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        if !inspection.tables.isEmpty { lines += table(inspection.tables) }
        lines += inspection.tables.flatMap(\.equalExamples)
        lines += inspection.problems.map { "PROBLEM: \($0)" }
        return lines
    }

    private static func model(_ model: ModelSummary) -> [String] {
        [
            "\(model.name): width \(model.embeddingWidth), \(model.layerCount) layers, "
                + "\(model.headCount) heads, \(model.parameterCount) parameters",
            "SHA-256 \(model.sha256)",
        ]
    }

    /// A row for each model and its settings.
    private static func models(_ rows: [RunSummary]) -> [String] {
        var table = TextTable([
            .left("run"), .left("model"), .left("weights"), .right("embedded"), .right("failed"),
            .right("replaced"), .left("other settings than run.json"),
        ])
        for row in rows {
            let weights = row.weightsSHA256.map { String($0.prefix(12)) }
            table.append([
                row.run, row.model ?? "?", weights ?? "?", "\(row.embedded)", "\(row.failed)",
                "\(row.replaced)", row.differences.joined(separator: "; "),
            ])
        }
        return table.lines
    }

    private static func table(_ tables: [TableSummary]) -> [String] {
        var table = TextTable([
            .left("level"), .right("width"), .right("files"), .right("rows"), .right("norm min"),
            .right("mean"), .right("max"), .right("not finite"), .right("equal"),
        ])
        for summary in tables {
            let norms = summary.norms.map { [$0.minimum, $0.mean, $0.maximum] } ?? []
            let texts = norms.map { $0.formatted(decimals: 3) }
            table.append(
                [
                    summary.level ?? "-", "\(summary.width)", "\(summary.fileCount)",
                    "\(summary.rowCount)",
                ] + (texts.isEmpty ? ["-", "-", "-"] : texts)
                    + ["\(summary.notFiniteCount)", "\(summary.equalCount)"])
        }
        return table.lines
    }
}
