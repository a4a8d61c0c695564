import EchoExtract

/// What `inspect --check` found, as text.
enum CheckReport {
    static func lines(_ check: FolderCheck) -> [String] {
        let files = check.layout == .parts ? "tables" : "arrays"
        var lines = [
            "\(check.path): \(check.fileCount) \(files) with \(check.rowCount) rows read, "
                + "\(check.byteCount) bytes.",
            "Their bytes are those that were written, by their SHA-256: \(check.verifiedCount).",
        ]
        if check.withoutHashCount > 0 {
            lines.append(
                "No hash was recorded, as in releases before 0.2.0: \(check.withoutHashCount); of these "
                    + "shape, rows and finite values are checked.")
        }
        lines += check.problems.map { "PROBLEM: \($0)" }
        if check.problemCount > check.problems.count {
            lines.append("And \(check.problemCount - check.problems.count) more problems.")
        }
        return lines + (check.isSound ? ["Nothing is amiss."] : [])
    }
}
