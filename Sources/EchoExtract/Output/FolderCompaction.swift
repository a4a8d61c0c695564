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
            guard !(try PartFolder(path: path).parts.isEmpty) else {
                throw StoreError(path: path, .noManifest)
            }
            // Which layout it has is not known without them.
            guard settings != nil else {
                throw StoreError(path: path + "/" + RunRecord.fileName, .lostSettings)
            }
            let lock = isDryRun ? nil : try OutputLock.takeAlone(folder: path)
            defer { withExtendedLifetime(lock) {} }
            // Listed with the lock held: what is there now stays there.
            let folder = try PartFolder(path: path)
            layout = folder.layout
            let limits =
                layout == .parts
                ? CompactionPlan.Limits(count: partSize, byteCount: OutputPlan.partByteLimit)
                : CompactionPlan.Limits(count: ManifestLog.lineLimit, byteCount: .max)
            let plan = try CompactionPlan(folder, limits)
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
}

extension FolderLayout: Encodable {}
