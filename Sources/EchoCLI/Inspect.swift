import ArgumentParser
import EchoExtract

/// `echo-gpu inspect`: what is in a folder or file.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what is in an output folder, a file of embeddings or a model.",
        discussion: """
            Of an output folder: recordings, failures by reason, and for each width the rows with \
            their norms, those that are not finite and those that are equal to another recording's. \
            The manifests of --layout parts are held against the tables. Exits with status 1 where \
            something is not as it should be.

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
            lines.append("\(inspection.supersededCount) lines hold no longer: a later one does.")
        }
        if inspection.runs.count > 1 {
            lines.append("They were embedded with different settings:")
            lines += inspection.runs.sorted { $0.key < $1.key }.map { "  \($0.value) as \($0.key)" }
        }
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
