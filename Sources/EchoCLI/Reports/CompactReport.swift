import EchoExtract

/// What `compact` did, as text.
enum CompactReport {
    static func lines(_ compaction: FolderCompaction) -> [String] {
        let changes = compaction.changes
        let parts = compaction.layout == .parts ? "parts" : "manifests"
        guard changes.joinedPartCount > 0 else {
            return [
                "\(compaction.path): nothing to do: \(changes.partCountAfter) \(parts), and joining "
                    + "saves none."
            ]
        }
        let verb = compaction.isDryRun ? "would become" : "became"
        var lines = [
            "\(compaction.path): \(changes.partCountBefore) \(parts) \(verb) "
                + "\(changes.partCountAfter): \(changes.joinedPartCount) were joined into "
                + "\(changes.writtenPartCount), with \(changes.recordingCount) recordings."
        ]
        if compaction.isDryRun {
            lines[0].replace(" were joined", with: " would be joined")
            if compaction.layout == .parts {
                lines.append("Tables were not read: if one is damaged, the real run ends there.")
            }
        }
        if changes.droppedLineCount > 0 {
            lines.append(
                "Lines that no longer counted, left out: \(changes.droppedLineCount), of which "
                    + "\(changes.replacedCount) had embeddings that later ones replaced.")
        }
        if changes.verifiedTableCount > 0 {
            lines.append("Tables that fit their hashes: \(changes.verifiedTableCount).")
        }
        if changes.unverifiedTableCount > 0 {
            lines.append(
                "Tables without a hash, of an older release: \(changes.unverifiedTableCount). "
                    + "Their new ones have hashes of what was read.")
        }
        return lines
    }
}
