import EchoFormats
import EchoInvariant

/// Which parts of a folder are joined, or lose lines that no longer count.
///
/// A part is taken if it is not full, or has such lines; those of one shard are joined in their order,
/// and cut as a run cuts them. Parts that are full and hold stay as they are, and so do all where
/// joining saves no part.
package struct CompactionPlan: Sendable {
    /// Where a part ends.
    package struct Limits: Sendable {
        /// Recordings of a part; in a folder of files lines of a manifest.
        let count: Int
        /// Bytes of recordings after which a part ends, however few they are.
        let byteCount: Int

        package init(count: Int, byteCount: Int) {
            (self.count, self.byteCount) = (count, byteCount)
        }
    }

    /// Parts that are joined.
    struct Group: Sendable {
        let sources: [PartName]
        /// Lines of each part that is made of them.
        let lineCounts: [Int]
        /// How their tables are written; nil if they have none.
        let kind: TableKind?
    }

    let groups: [Group]
    /// Manifests that were lost and of which nothing is left: their numbers are noted, and missed no more.
    let forgotten: [LostManifests]
    package private(set) var summary = CompactionSummary()

    /// Looks through the manifests of all shards; nothing is written.
    ///
    /// - Parameter forgotten: Manifests that were lost and of which nothing is left.
    /// - Throws: ``StoreError`` if a manifest is damaged.
    package init(
        _ folder: PartFolder, _ limits: Limits, forgetting forgotten: [LostManifests] = []
    ) throws(StoreError) {
        self.forgotten = forgotten
        summary.forgottenManifestCount = forgotten.reduce(0) { $0.addingClamped($1.numbers.count) }
        let attempts = try LatestAttempts(folder)
        let countsLines = folder.layout == .files
        var candidates: [Candidates.Key: Candidates] = [:]
        var order: [Candidates.Key] = []
        for part in folder.parts {
            let content = try PartContent(part, in: folder, attempts)
            guard content.deadCount > 0 || !limits.isFull(content, countsLines: countsLines) else {
                continue
            }
            let key = Candidates.Key(shard: part.shard, kind: content.kind)
            if candidates[key] == nil { order.append(key) }
            candidates[key, default: Candidates()].add(content)
        }
        var groups: [Group] = []
        summary.partCountBefore = folder.parts.count
        for key in order {
            guard let group = candidates[key]?.group(key, limits, countsLines: countsLines) else {
                continue
            }
            groups.append(group)
            summary.add(group, candidates[key] ?? Candidates())
        }
        self.groups = groups
        summary.partCountAfter =
            folder.parts.count - summary.joinedPartCount + summary.writtenPartCount
    }
}

/// What a compaction does, or would do.
package struct CompactionSummary: Sendable, Encodable {
    /// Parts, or in a folder of files manifests, that there were and that there are.
    package fileprivate(set) var partCountBefore = 0
    package fileprivate(set) var partCountAfter = 0
    /// Of them those that went, and that are new.
    package fileprivate(set) var joinedPartCount = 0
    package fileprivate(set) var writtenPartCount = 0
    /// Recordings whose lines are in the new ones.
    package fileprivate(set) var recordingCount = 0
    /// Lines that no longer counted, since later ones replaced them; and those of them that had rows.
    package fileprivate(set) var droppedLineCount = 0
    package fileprivate(set) var replacedCount = 0
    /// Manifests that were lost, of which nothing is left, and whose numbers are missed no more.
    package fileprivate(set) var forgottenManifestCount = 0
    /// Tables that were read and compared with their hashes, and those without a hash.
    package var verifiedTableCount = 0
    package var unverifiedTableCount = 0

    fileprivate mutating func add(_ group: CompactionPlan.Group, _ parts: Candidates) {
        joinedPartCount += group.sources.count
        writtenPartCount += group.lineCounts.count
        for content in parts.contents {
            recordingCount += content.recordings.count
            droppedLineCount += content.deadCount
            replacedCount += content.replacedCount
        }
    }
}

/// Parts that could be joined.
private struct Candidates {
    struct Key: Hashable {
        let shard: Shard
        let kind: TableKind?
    }

    var contents: [PartContent] = []

    mutating func add(_ content: PartContent) { contents.append(content) }

    /// Nil if joining them saves nothing.
    func group(
        _ key: Key, _ limits: CompactionPlan.Limits, countsLines: Bool
    ) -> CompactionPlan.Group? {
        let lineCounts = limits.lineCounts(contents, countsLines: countsLines)
        guard lineCounts.count < contents.count || contents.contains(where: { $0.deadCount > 0 })
        else { return nil }
        return CompactionPlan.Group(
            sources: contents.map(\.part), lineCounts: lineCounts, kind: key.kind)
    }
}

extension CompactionPlan.Limits {
    fileprivate func isFull(_ content: PartContent, countsLines: Bool) -> Bool {
        var open = OpenPart()
        for recording in content.recordings { open.add(recording) }
        return isFull(open, countsLines)
    }

    /// Lines of each part that these are cut into, in their order.
    fileprivate func lineCounts(_ contents: [PartContent], countsLines: Bool) -> [Int] {
        var counts: [Int] = []
        var open = OpenPart()
        for recording in contents.lazy.flatMap(\.recordings) {
            open.add(recording)
            if isFull(open, countsLines) {
                counts.append(open.lineCount)
                open = OpenPart()
            }
        }
        return open.lineCount > 0 ? counts + [open.lineCount] : counts
    }

    private struct OpenPart {
        var (recordingCount, lineCount, byteCount) = (0, 0, 0)

        mutating func add(_ recording: PartContent.Recording) {
            recordingCount += 1
            lineCount += recording.lineCount
            byteCount = byteCount.addingClamped(recording.byteCount)
        }
    }

    private func isFull(_ part: OpenPart, _ countsLines: Bool) -> Bool {
        countsLines
            ? part.lineCount >= count : part.recordingCount >= count || part.byteCount >= byteCount
    }
}
