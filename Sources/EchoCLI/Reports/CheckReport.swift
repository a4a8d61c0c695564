import EchoExtract
import EchoFormats

/// What `inspect --check` found, as text.
enum CheckReport {
    static func lines(_ check: FolderCheck) -> [String] {
        let file = check.layout == .parts ? "table" : "array"
        var lines = [
            "\(check.path): \(check.fileCount.counted(file)) with \(check.rowCount.counted("row")) read, "
                + "\(check.byteCount.counted("byte")).",
            "\(check.verifiedCount) of \(check.fileCount.counted(file)) "
                + "\(check.verifiedCount == 1 ? "has" : "have") the SHA-256 that was recorded.",
        ]
        if check.withoutHashCount > 0 {
            lines.append(
                "No hash was recorded, as in releases before 0.2.0: \(check.withoutHashCount); of these "
                    + "shape, rows and finite values are checked.")
        }
        if check.replacedDamageCount > 0 {
            lines.append(
                "Tables that are gone or damaged, of which no row counts any more: "
                    + "\(check.replacedDamageCount). 'echo-gpu compact' removes what is left of them."
            )
        }
        if !check.unfinished.isEmpty {
            let names = check.unfinished.prefix(3).joined(separator: ", ")
            let more = check.unfinished.count > 3 ? ", ..." : ""
            lines.append(
                "Not read, unfinished, of a run that writes or died: "
                    + "\(check.unfinished.count.counted("file")) (\(names)\(more)).")
        }
        lines += check.writers.map { "In use: \($0) writes to it." }
        if check.manifestCount == 0 {
            lines.append(InspectionReport.nothingEmbedded(isInUse: !check.writers.isEmpty))
        }
        lines += check.problems.map { "PROBLEM: \($0)" }
        if check.problemCount > check.problems.count {
            lines.append("Other problems: \(check.problemCount - check.problems.count).")
        }
        return lines + (check.isSound ? ["Nothing is wrong."] : [])
    }
}
