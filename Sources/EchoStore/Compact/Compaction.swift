import EchoFormats
import EchoInvariant
import Glibc

/// Joins parts of a folder as a ``CompactionPlan`` says, so that whoever reads it at any moment, or finds
/// it after a crash, reads the same rows.
///
/// New parts have new numbers. Their lines say one attempt more than before, so from the moment that such
/// a part is there its lines hold, and those that they were made of no longer count. Then the parts go whose
/// lines are all in new ones: the manifests first, the tables after them. At the end the new manifests
/// say the earlier attempts.
package struct Compaction {
    private let folder: PartFolder
    private let attempts: LatestAttempts
    private let report: (_ writtenPartCount: Int) -> Void
    private var removed: RemovedParts
    private var nextNumbers: [Shard: Int] = [:]
    private var written: [PartName] = []
    package private(set) var summary: CompactionSummary

    /// Only for the holder of the folder's lock, see ``OutputLock/takeAlone(folder:)``.
    ///
    /// - Parameter report: Called after each new part.
    /// - Throws: ``StoreError`` if a manifest or table is damaged or cannot be read, a table is not
    ///   what its hash says, or a file cannot be written. What is done until then stays, and the folder
    ///   has the same rows.
    package static func run(
        _ plan: CompactionPlan, in folder: PartFolder, report: (Int) -> Void
    ) throws(StoreError) -> CompactionSummary {
        try withoutActuallyEscaping(report) { report throws(StoreError) in
            var compaction = try Compaction(plan, folder, report)
            try compaction.forget(plan.forgotten)
            for group in plan.groups { try compaction.join(group) }
            try compaction.restoreAttempts()
            return compaction.summary
        }
    }

    private init(
        _ plan: CompactionPlan, _ folder: PartFolder, _ report: @escaping (Int) -> Void
    ) throws(StoreError) {
        (self.folder, self.report, summary) = (folder, report, plan.summary)
        attempts = try LatestAttempts(folder)
        removed = folder.removed
    }

    /// Notes the numbers of manifests that were lost: of no other use, they are missed no more.
    private mutating func forget(_ lost: [LostManifests]) throws(StoreError) {
        guard !lost.isEmpty else { return }
        for manifests in lost { removed.insert(manifests.numbers, of: manifests.shard) }
        try removed.write(in: folder.path)
    }

    private mutating func join(_ group: CompactionPlan.Group) throws(StoreError) {
        var source = HoldingLines(folder, group.sources, attempts)
        for lineCount in group.lineCounts {
            let merge = PartMerge(nextName(group), in: folder, kind: group.kind)
            do throws(StoreError) {
                for _ in 0..<lineCount {
                    guard let line = try source.next() else {
                        throw StoreError(
                            path: folder.path, .damagedRows("its manifests changed meanwhile"))
                    }
                    try merge.append(line)
                }
                try merge.commit()
            } catch {
                merge.abandon()
                throw error
            }
            written.append(merge.name)
            report(written.count)
            try remove(source.takeFinished())
        }
        guard try source.next() == nil else {
            throw StoreError(path: folder.path, .damagedRows("its manifests changed meanwhile"))
        }
        try remove(source.takeFinished())
        summary.verifiedTableCount += source.verifiedTableCount
        summary.unverifiedTableCount += source.unverifiedTableCount
    }

    private mutating func nextName(_ group: CompactionPlan.Group) -> PartName {
        let shard = group.sources[0].shard
        let number = nextNumbers[shard] ?? folder.nextNumber(of: shard)
        nextNumbers[shard] = number + 1
        return PartName(shard: shard, number: number)
    }

    /// Removes parts of which every line that held is in a new one.
    private mutating func remove(_ parts: [PartName]) throws(StoreError) {
        guard !parts.isEmpty else { return }
        for part in parts { removed.insert(part) }
        try removed.write(in: folder.path)
        for part in parts {
            let path = folder.path + "/" + part.manifest
            guard unlink(path) == 0 || errno == ENOENT else {
                throw StoreError(path: path, .system(.write, errno))
            }
        }
        // A table must not go before its manifest does, whatever happens to the machine.
        try FolderSync.sync(folder.path)
        guard folder.layout == .parts else { return }
        for part in parts {
            for table in folder.tables(of: part) { unlink(folder.path + "/" + table) }
        }
    }

    /// Writes the earlier attempts into the new manifests, now that no other lines have them. Every line
    /// stays where it was in its file, to the byte: who has the folder open may come back to it.
    private func restoreAttempts() throws(StoreError) {
        for part in written {
            var bytes: [UInt8] = []
            for var line in try folder.lines(of: part) {
                let length = line.object.text.utf8.count
                line.set(attempt: line.entry.attempt - 1)
                let text = Array(line.object.text.utf8)
                bytes += text
                bytes += repeatElement(UInt8(ascii: " "), count: length - text.count)
                bytes.append(UInt8(ascii: "\n"))
            }
            try SmallFile.replace(folder.path + "/" + part.manifest, with: bytes)
        }
    }
}
