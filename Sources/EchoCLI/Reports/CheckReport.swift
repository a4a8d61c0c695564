import EchoExtract
import EchoFormats

/// What `inspect --check` found, as text.
enum CheckReport {
    static func lines(_ check: FolderCheck) -> [String] {
        let file = check.layout == .parts ? "table" : "array"
        var lines = [
            "\(check.path): \(check.fileCount.counted(file)) with \(check.rowCount.counted("row")) read, "
                + "\(check.byteCount.counted("byte")).",
            "Their bytes are those that were written, by their SHA-256: \(check.verifiedCount).",
        ]
        if check.withoutHashCount > 0 {
            lines.append(
                "No hash was recorded, as in releases before 0.2.0: \(check.withoutHashCount); of these "
                    + "shape, rows and finite values are checked.")
        }
        lines += check.problems.map { "PROBLEM: \($0)" }
        if check.problemCount > check.problems.count {
            lines.append("Other problems: \(check.problemCount - check.problems.count).")
        }
        return lines + (check.isSound ? ["Nothing is wrong."] : [])
    }
}
