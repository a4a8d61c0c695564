import EchoExtract
import EchoFormats
import EchoStore

/// What `compact` did, as text.
enum CompactReport {
    static func lines(_ compaction: FolderCompaction) -> [String] {
        let changes = compaction.changes
        let part = compaction.layout == .parts ? "part" : "manifest"
        guard changes.partCountBefore > 0 else {
            return [
                "\(compaction.path): nothing to do: a run was begun, and nothing is embedded yet."
            ]
        }
        guard changes.joinedPartCount > 0 else {
            return [
                "\(compaction.path): nothing to do: \(changes.partCountAfter.counted(part)), and "
                    + "joining saves none."
            ] + lost(compaction)
        }
        let joining = joining(changes, compaction.isDryRun)
        let verb = compaction.isDryRun ? "would become" : "became"
        var lines = [
            changes.partCountBefore == changes.partCountAfter
                ? "\(compaction.path): of \(changes.partCountBefore.counted(part)) \(joining)."
                : "\(compaction.path): \(changes.partCountBefore.counted(part)) \(verb) "
                    + "\(changes.partCountAfter): \(joining)."
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
        return lines + lost(compaction)
    }

    /// What becomes of manifests that were lost.
    private static func lost(_ compaction: FolderCompaction) -> [String] {
        let count = compaction.changes.forgottenManifestCount
        let verb = compaction.isDryRun ? "would be noted" : "are noted"
        let forgotten =
            count == 0
            ? []
            : [
                "Lost manifests of which nothing is left, and that \(verb) in compacted.json as gone: \(count). "
                    + "What no run has embedded again since, the command that made the folder does."
            ]
        return forgotten
            + compaction.lost.map {
                "\($0), and embeddings of it are still there: restore it from a copy, or run the command that "
                    + "made the folder again, and then compact."
            }
    }

    private static func joining(_ changes: CompactionSummary, _ isDryRun: Bool) -> String {
        let count = changes.joinedPartCount
        let verb = isDryRun ? "would be" : count == 1 ? "was" : "were"
        guard changes.writtenPartCount > 0 else {
            return
                "\(count) \(verb) removed, as nothing in \(count == 1 ? "it" : "them") counts any more"
        }
        let what = count == 1 ? "written anew" : "joined into \(changes.writtenPartCount)"
        return "\(count) \(verb) \(what), with \(changes.recordingCount.counted("recording"))"
    }
}
