import EchoExtract
import EchoFormats

/// An inspection as text.
enum InspectionReport {
    static func lines(_ inspection: Inspection) -> [String] {
        var lines: [String] = []
        if let model = inspection.model { lines += self.model(model) }
        if let count = inspection.recordingCount {
            let failed = inspection.failedCount ?? 0
            lines.append("\(count.counted("recording")) embedded, \(failed) failed.")
        }
        lines += inspection.failures.sorted { $0.key < $1.key }.map { "  \($0.value) \($0.key)" }
        lines += unfinished(inspection)
        if inspection.supersededCount > 0 {
            lines.append(
                "Lines that a later run replaced: \(inspection.supersededCount).")
        }
        if inspection.replacedCount > 0 {
            lines.append("Embeddings that later ones have replaced: \(inspection.replacedCount).")
        }
        if inspection.replacedDamageCount > 0 {
            lines.append(
                "Tables that are gone or damaged, of which no row counts any more: "
                    + "\(inspection.replacedDamageCount). 'echo-gpu compact' removes what is left of them."
            )
        }
        if inspection.unlistedCount > 0 {
            lines.append(
                "Files that no manifest names, of release 0.1.0 or of a run that died: "
                    + "\(inspection.unlistedCount).")
        }
        if !inspection.models.isEmpty {
            lines += weights(inspection.models) + models(inspection.models)
        }
        if !inspection.settings.isEmpty { lines.append("The folder goes on with run.json:") }
        lines += inspection.settings.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        if !inspection.tables.isEmpty { lines += table(inspection.tables) }
        lines += inspection.tables.flatMap(\.equalExamples)
        lines += inspection.problems.map { "PROBLEM: \($0)" }
        return lines
    }

    /// What is left to do, and who is at it.
    private static func unfinished(_ inspection: Inspection) -> [String] {
        var lines: [String] = []
        if let failed = inspection.failedCount, failed > 0, let again = inspection.retryCount {
            lines.append(
                again == 0
                    ? "The next run leaves those that failed; with --retry-failed it tries them again."
                    : "Of those that failed the next run tries \(again) again; all with --retry-failed."
            )
        }
        if inspection.recordingCount == 0, inspection.failedCount == 0, !inspection.settings.isEmpty
        {
            lines.append(nothingEmbedded(isInUse: !inspection.writers.isEmpty))
        }
        lines += inspection.writers.map { "In use: \($0) writes to it." }
        lines += inspection.deadWriters.map {
            "Unfinished: \($0), ended before its run did. Its command, given again, goes on."
        }
        if !inspection.unfinished.isEmpty {
            let names = inspection.unfinished.prefix(3).joined(separator: ", ")
            let more = inspection.unfinished.count > 3 ? ", ..." : ""
            lines.append(
                "Unfinished, of a run that writes or died: "
                    + "\(inspection.unfinished.count.counted("file")) (\(names)\(more)).")
        }
        return lines
    }

    /// What is said of a folder that a run has begun, and of which nothing counts yet.
    static func nothingEmbedded(isInUse: Bool) -> String {
        "A run was begun, and nothing is embedded"
            + (isInUse ? " yet." : ": give its command again.")
    }

    private static func model(_ model: ModelSummary) -> [String] {
        [
            "\(model.name): width \(model.embeddingWidth), \(model.layerCount.counted("layer")), "
                + "\(model.headCount.counted("head")), \(model.parameterCount) parameters",
            "SHA-256 \(model.sha256)",
        ]
    }

    /// A line for each model: its name and all of its digest.
    private static func weights(_ rows: [RunSummary]) -> [String] {
        var counts: [[String]: Int] = [:]
        for row in rows {
            let name = [row.model ?? "not known", row.weightsSHA256 ?? "not known"]
            counts[name, default: 0] += row.embedded
        }
        return counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { name, count in
            "Model \(name[0]), weights SHA-256 \(name[1]): \(count.counted("recording"))."
        }
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
