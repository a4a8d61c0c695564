import EchoExtract
import EchoFormats
import EchoStore

/// What `compact` did, as text.
enum CompactReport {
    static func lines(_ compaction: FolderCompaction) -> [String] {
        let changes = compaction.changes
        let part = compaction.layout == .parts ? "part" : "manifest"
        guard changes.joinedPartCount > 0 else {
            return [
                "\(compaction.path): nothing to do: \(changes.partCountAfter.counted(part)), and "
                    + "joining saves none."
            ]
        }
        let verb = compaction.isDryRun ? "would become" : "became"
        var lines = [
            "\(compaction.path): \(changes.partCountBefore.counted(part)) \(verb) "
                + "\(changes.partCountAfter): \(joining(changes, compaction.isDryRun)), with "
                + "\(changes.recordingCount.counted("recording"))."
        ]
        if compaction.isDryRun, compaction.layout == .parts {
            lines.append("Tables were not read: if one is damaged, the real run ends there.")
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

    private static func joining(_ changes: CompactionSummary, _ isDryRun: Bool) -> String {
        let count = changes.joinedPartCount
        guard count > 1 else {
            return isDryRun ? "1 would be written anew" : "1 was written anew"
        }
        let verb = isDryRun ? "would be" : "were"
        return "\(count) \(verb) joined into \(changes.writtenPartCount)"
    }
}
