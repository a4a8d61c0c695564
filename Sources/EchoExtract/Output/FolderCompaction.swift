import EchoFormats
import EchoStore
import FoundationEssentials

/// Joins the small parts of an output folder, and drops lines and rows that no longer count.
package struct FolderCompaction: Sendable, Encodable {
    package let path: String
    package let layout: FolderLayout
    /// True if nothing was changed.
    package let isDryRun: Bool
    /// What was done, or would be.
    package let changes: CompactionSummary
    /// Manifests that are lost and may come back from a copy, a sentence each.
    package let lost: [String]

    /// Compacts a folder, holding its lock; with `isDryRun` says what would be done.
    ///
    /// Parts get the size that the folder's runs give them. Every row keeps its bits, and every recording
    /// its id and attempt.
    ///
    /// - Parameter progress: Called after each new part, with how many of them there are to be.
    /// - Throws: ``EchoError`` of kind `busy` if another process writes to the folder, `data` if it
    ///   is damaged or none of ours, `write` if it cannot be written.
    package init(
        folder path: String, isDryRun: Bool = false,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(EchoError) {
        try ForeignFolder.requireOutput(path)
        let settings = try FolderSettings.read(path)
        let partSize = settings?.partSize ?? OutputOptions.defaultPartSize
        (self.path, self.isDryRun) = (path, isDryRun)
        do throws(StoreError) {
            // Before anything else is said of the folder: a run may be making it.
            let lock = isDryRun ? nil : try OutputLock.takeAlone(folder: path)
            defer { withExtendedLifetime(lock) {} }
            // Listed with the lock held: what is there now stays there.
            let folder = try PartFolder(path: path)
            guard settings != nil else {
                try folder.requireManifest()
                throw StoreError(path: path + "/" + RunRecord.fileName, .lostSettings)
            }
            layout = folder.layout
            let limits =
                layout == .parts
                ? CompactionPlan.Limits(count: partSize, byteCount: OutputPlan.partByteLimit)
                : CompactionPlan.Limits(count: ManifestLog.lineLimit, byteCount: .max)
            let manifests = folder.lostManifests
            let mayRemain = layout == .files && !manifests.isEmpty
            let remains = mayRemain ? try Self.hasUnlisted(folder) : false
            let forgotten = manifests.filter { !$0.hasTables && !remains }
            lost = manifests.filter { $0.hasTables || remains }.map(\.sentence)
            let plan = try CompactionPlan(folder, limits, forgetting: forgotten)
            guard !isDryRun else {
                changes = plan.summary
                return
            }
            folder.removeLeftovers()
            changes = try Compaction.run(plan, in: folder) {
                progress($0, plan.summary.writtenPartCount)
            }
        } catch {
            throw EchoError(error)
        }
    }

    /// Whether arrays lie in a folder of files that no line names: perhaps those of a manifest that was lost.
    private static func hasUnlisted(_ folder: PartFolder) throws(StoreError) -> Bool {
        var named: Set<ByteName> = []
        for part in folder.parts {
            for entry in try folder.entries(of: part) {
                for level in EmbeddingFiles.Level.allCases {
                    if let place = entry.place(level) { named.insert(ByteName(place.file)) }
                }
            }
        }
        return FolderTree.paths(below: folder.path).contains { path in
            EmbeddingFiles.Level.allCases.contains { path.endsInBytes(of: $0.ending) }
                && !named.contains(ByteName(path))
        }
    }
}

extension FolderLayout: Encodable {}
