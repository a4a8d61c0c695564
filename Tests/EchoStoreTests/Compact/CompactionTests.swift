import EchoFormats
import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Parts that are joined: every recording keeps its rows, to the byte, at any moment.
@Suite(.timeLimit(.minutes(20))) struct CompactionTests {
    @Test(arguments: ArrayFormat.allCases, ArrayElement.allCases)
    func rowsByIdAreTheSame(format: ArrayFormat, element: ArrayElement) throws {
        let parts = try SmallParts(12, format, element, shards: [.whole, Shard(1, of: 3)])
        let before = try SmallParts.contents(parts.path)
        let summary = try parts.compact()
        #expect(try SmallParts.contents(parts.path) == before)
        // Of each shard 12 days with 3 recordings a day, in parts of 8.
        #expect(summary.partCountBefore == 24 && summary.partCountAfter == 10)
        #expect(summary.recordingCount == 72)
        #expect(summary.droppedLineCount == 2 * 2 * 11 && summary.replacedCount == 2 * 2 * 11)
        // Of the first day's tables of width 2 no row counts: they are not read.
        #expect(summary.verifiedTableCount == 24 * 4 - 2 * 2 && summary.unverifiedTableCount == 0)
        let folder = try parts.folder
        #expect(folder.parts.count == 10 && folder.unfinished.isEmpty)
        #expect(folder.parts.allSatisfy { $0.number >= 12 })
        // The tables, and nothing that no longer counted.
        let index = try ArchiveIndex(folder, level: .segment)
        #expect(index.replacedCount == 0)
        let tables = try parts.scratch.contents().filter { $0.hasPrefix("segment-2-") }
        let rows = try tables.map { try TableContent(path: parts.path + "/" + $0, level: .segment) }
        #expect(rows.reduce(0) { $0 + $1.rowCount } == index.widths[2])
    }

    @Test func everyTableHasItsHash() throws {
        let parts = try SmallParts()
        try parts.compact()
        let folder = try parts.folder
        var hashes: [String: String] = [:]
        for entry in try folder.parts.flatMap({ try folder.entries(of: $0) }) {
            for level in EmbeddingFiles.Level.allCases {
                guard let place = entry.place(level), let hash = place.sha256 else { continue }
                #expect(hashes.updateValue(hash, forKey: place.file) == nil, "once a table")
            }
        }
        let tables = try parts.scratch.contents().filter { $0.hasSuffix(".npy") }
        #expect(hashes.keys.sorted() == tables)
        for (table, hash) in hashes {
            let level: EmbeddingFiles.Level = table.hasPrefix("segment") ? .segment : .utterance
            let content = try TableContent(path: parts.path + "/" + table, level: level)
            #expect(content.sha256 == hash)
        }
    }

    @Test func whatIsCompactStaysAsItIs() throws {
        let parts = try SmallParts()
        try parts.compact()
        let files = try parts.scratch.contents()
        let again = try parts.compact()
        #expect(again.joinedPartCount == 0 && again.partCountAfter == again.partCountBefore)
        #expect(try parts.scratch.contents() == files)
    }

    @Test func aPlanChangesNothing() throws {
        let parts = try SmallParts()
        let files = try parts.scratch.contents()
        let plan = try CompactionPlan(parts.folder, SmallParts.limits)
        #expect(plan.summary.partCountAfter == 5 && plan.summary.joinedPartCount == 12)
        #expect(try parts.scratch.contents() == files)
    }

    /// Copies of the folder as a crash would leave it: after every new part, when its lines are there
    /// twice.
    @Test func afterACrashTheRowsAreTheSame() throws {
        let parts = try SmallParts(12, shards: [.whole, Shard(0, of: 2)])
        let before = try SmallParts.contents(parts.path)
        let copies = try ScratchFolder()
        var count = 0
        try parts.compact { number in
            try? FileManager.default.copyItem(
                atPath: parts.path, toPath: copies.path + "/\(number)")
            count = number
        }
        #expect(count == 10)
        for number in 1...count {
            let path = copies.path + "/\(number)"
            let crashed = try SmallParts.contents(path)
            #expect(crashed.mapValues(\.utterance) == before.mapValues(\.utterance))
            #expect(crashed.mapValues(\.segments) == before.mapValues(\.segments))
            #expect(crashed.mapValues(\.line) == before.mapValues(\.line))
            // A run knows its recordings, and the next compaction does the rest.
            let known = try KnownInputs(PartFolder(path: path))
            #expect(known.isEmbedded("0/1 3 a", byChannel: true))
            try FileManager.default.removeItem(atPath: path + "/.lock")
            let lock = try OutputLock.takeAlone(folder: path)
            let folder = try PartFolder(path: path)
            folder.removeLeftovers()
            let plan = try CompactionPlan(folder, SmallParts.limits)
            let summary = try Compaction.run(plan, in: folder) { _ in }
            withExtendedLifetime(lock) {}
            #expect(summary.partCountAfter <= 12, "copy \(number)")
            let after = try SmallParts.contents(path)
            #expect(after.mapValues(\.segments) == before.mapValues(\.segments))
            #expect(after.mapValues(\.line) == before.mapValues(\.line))
        }
    }

    /// What compaction took away is written down: any other number that is missing is a loss.
    @Test func numbersThatWentAreKnown() throws {
        let parts = try SmallParts(12, shards: [Shard(1, of: 3)])
        try parts.compact()
        let removed = try RemovedParts(folder: parts.path)
        for number in 0..<12 {
            #expect(removed.contains(PartName(shard: Shard(1, of: 3), number: number)))
        }
        #expect(!removed.contains(PartName(shard: Shard(1, of: 3), number: 12)))
        #expect(!removed.contains(PartName(shard: .whole, number: 0)))
        let text = try String(contentsOfFile: parts.path + "/compacted.json", encoding: .utf8)
        #expect(text == "{\"removed\":{\"1/3\":[[0,12]]}}\n")
        // Added by hand, out of order: still no number is given again.
        try parts.scratch.text(
            "compacted.json", "{\"removed\":{\"0/1\":[[7,9]],\"1/3\":[[20,21],[0,12]]}}")
        let folder = try parts.folder
        #expect(folder.nextNumber(of: Shard(1, of: 3)) == 21 && folder.nextNumber(of: .whole) == 9)
    }

    /// Where nothing of a shard holds any more all of it goes, and its names are not given again.
    @Test func numbersAreNeverUsedAgain() throws {
        let parts = try SmallParts(2, shards: [Shard(0, of: 2), Shard(1, of: 2)])
        // Later tries at everything that shard 0 has, in another part.
        let folder = try parts.folder
        let writer = PartWriter(
            PartName(shard: Shard(1, of: 2), number: 2), folder: parts.path, format: .npy,
            element: .float32)
        for entry in try folder.parts.flatMap({ try folder.entries(of: $0) })
        where entry.source.id.hasPrefix("0/2") && entry.channel != 1 {
            writer.append(
                ManifestEntry(
                    source: entry.source, attempt: 7, run: "r",
                    outcome: .failed(code: "empty", reason: "nothing")))
        }
        try writer.commit()
        try parts.compact()
        let after = try parts.folder
        #expect(after.parts.allSatisfy { $0.shard == Shard(1, of: 2) })
        #expect(after.nextNumber(of: Shard(0, of: 2)) == 2)
    }

    /// A damaged row must not get a new hash.
    @Test func aDamagedTableIsNotTakenOver() throws {
        let parts = try SmallParts()
        let path = parts.path + "/segment-2-000007.npy"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count - 3] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let before = try SmallParts.contents(parts.path)
        let error = #expect(throws: StoreError.self) { try parts.compact() }
        #expect(error?.code == "other-hash")
        #expect(error?.path == path)
        let after = try SmallParts.contents(parts.path)
        #expect(after.mapValues(\.segments) == before.mapValues(\.segments))
    }

    /// A table whose lines have all been replaced is not read: what was damaged, and embedded again, goes.
    @Test func aDamagedTableThatNoLongerCountsGoes() throws {
        let parts = try SmallParts(3)
        let folder = try parts.folder
        let writer = PartWriter(
            PartName(shard: .whole, number: 3), folder: parts.path, format: .npy, element: .float32)
        for entry in try folder.entries(of: folder.parts[1]) where entry.channel != 1 {
            writer.append(
                ManifestEntry(
                    source: entry.source, attempt: 7, run: "r",
                    outcome: .failed(code: "empty", reason: "nothing")))
        }
        try writer.commit()
        let before = try SmallParts.contents(parts.path)
        for table in try parts.scratch.contents() where table.hasSuffix("-000001.npy") {
            #expect(truncate(parts.path + "/" + table, 100) == 0)
        }
        try parts.compact()
        #expect(try SmallParts.contents(parts.path) == before)
        #expect(try parts.scratch.contents().allSatisfy { !$0.hasSuffix("-000001.npy") })
    }

    /// A release that knows more members than this one keeps them.
    @Test func membersOfALaterReleaseStay() throws {
        let parts = try SmallParts()
        let path = parts.path + "/manifest-000003.jsonl"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"status\":", with: "\"later\":[1.50,{}],\"status\":")
            .write(toFile: path, atomically: true, encoding: .utf8)
        try parts.compact()
        let names = try parts.scratch.contents().filter { $0.hasPrefix("manifest-") }
        let lines = try names.flatMap {
            try String(contentsOfFile: parts.path + "/" + $0, encoding: .utf8)
                .split(separator: "\n")
        }
        #expect(lines.count { $0.contains("\"later\":[1.50,{}],\"status\":") } == 5)
    }

    @Test func aFolderThatSomebodyWritesToIsRefused() throws {
        let parts = try SmallParts()
        for shard in [Shard.whole, Shard(3, of: 4)] {
            let lock = try OutputLock.take(folder: parts.path, shard: shard, plan: "p")
            let error = #expect(throws: StoreError.self) { try parts.compact() }
            #expect(error?.code == "busy")
            withExtendedLifetime(lock) {}
        }
        let lock = try OutputLock.takeAlone(folder: parts.path)
        for shard in [Shard.whole, Shard(3, of: 4)] {
            let error = #expect(throws: StoreError.self) {
                try OutputLock.take(folder: parts.path, shard: shard, plan: "p")
            }
            #expect(error?.code == "busy")
        }
        withExtendedLifetime(lock) {}
    }

    /// In a folder of files the manifests are joined, and lines that no longer count go.
    @Test func manifestsOfFilesAreJoined() throws {
        let scratch = try ScratchFolder()
        try scratch.text("run.json", "{\"settings\": {\"layout\": \"files\"}, \"information\": {}}")
        func line(_ id: String, _ attempt: Int) -> String {
            ManifestEntry(
                source: RecordingSource(id: id, path: id, byteCount: 1, modified: 1),
                attempt: attempt, run: "r", outcome: .failed(code: "empty", reason: "nothing")
            ).json.text + "\n"
        }
        func manifest(_ number: Int, _ ids: Range<Int>, _ attempt: Int, end: String = "") throws {
            try scratch.text(
                "manifest-00000\(number).jsonl",
                ids.map { line("\($0)", attempt) }.joined() + end)
        }
        try manifest(0, 0..<4, 1)
        try manifest(1, 0..<4, 10)
        try manifest(2, 4..<8, 10, end: "{\"id\":\"cut")
        let folder = try PartFolder(path: scratch.path)
        let plan = try CompactionPlan(folder, .init(count: 5, byteCount: .max))
        let summary = try Compaction.run(plan, in: folder) { _ in }
        #expect(summary.partCountAfter == 2 && summary.droppedLineCount == 4)
        let after = try PartFolder(path: scratch.path)
        let entries = try after.parts.flatMap { try after.entries(of: $0) }
        #expect(entries.map(\.source.id) == (0..<8).map { "\($0)" })
        #expect(entries.allSatisfy { $0.attempt == 10 })
        // Lines are added behind those of the last one.
        try ManifestLog(after, shard: .whole).append([entries[0]])
        #expect(try PartFolder(path: scratch.path).parts.count == 2)
    }
}
