import EchoFormats
import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Who reads a folder while it is compacted is told, and never given fewer rows.
@Suite(.timeLimit(.minutes(20))) struct CompactionReadersTests {
    /// The last step of a compaction, between a reader's look at which tries hold and its look at the lines.
    @Test func attemptsThatAreRestoredMeanwhileAreNoticed() throws {
        let parts = try SmallParts(3)
        let names = (0..<3).map { parts.path + "/manifest-00000\($0).jsonl" }
        let before = try names.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        // As long as new parts stand beside old ones their lines have later tries.
        for name in names {
            let text = try String(contentsOfFile: name, encoding: .utf8)
            try SmallFile.replace(
                name,
                with: Array(
                    text.replacing("\"attempt\":2", with: "\"attempt\":4")
                        .replacing("\"attempt\":1", with: "\"attempt\":3").utf8))
        }
        let folder = try parts.folder
        let index = try ArchiveIndex(folder, level: .utterance)
        #expect(index.widths == [2: 6, 5: 6])
        var isRestored = false
        let error = #expect(throws: StoreError.self) {
            try ArchiveIndex(folder, level: .utterance) { _ in
                if !isRestored {
                    isRestored = true
                    try? SmallFile.replace(names[2], with: Array(before[2]))
                }
                return true
            }
        }
        #expect(isRestored && error == StoreError(path: names[2], .changedMeanwhile))
    }

    @Test func aManifestThatWentIsNamed() throws {
        let parts = try SmallParts(3)
        let folder = try parts.folder
        let path = parts.path + "/manifest-000001.jsonl"
        try FileManager.default.removeItem(atPath: path)
        let error = #expect(throws: StoreError.self) {
            try ArchiveIndex(folder, level: .segment)
        }
        #expect(error == StoreError(path: path, .changedMeanwhile))
    }

    /// In a folder of files a run adds lines: that is no other manifest.
    @Test func linesThatAreAddedChangeNothing() throws {
        let scratch = try ScratchFolder()
        try scratch.text("run.json", "{\"settings\": {\"layout\": \"files\"}, \"information\": {}}")
        let entry = ManifestEntry(
            source: RecordingSource(id: "a", path: "a", byteCount: 1, modified: 1), attempt: 1,
            run: "r", outcome: .failed(code: "empty", reason: "nothing"))
        try ManifestLog(PartFolder(path: scratch.path), shard: .whole).append([entry])
        let folder = try PartFolder(path: scratch.path)
        let versions = ManifestVersions(folder)
        try ManifestLog(folder, shard: .whole).append([entry])
        try versions.requireSame()
        let path = scratch.path + "/manifest-000000.jsonl"
        try SmallFile.replace(path, with: Array(Data(contentsOf: URL(fileURLWithPath: path))))
        #expect(throws: StoreError(path: path, .changedMeanwhile)) { try versions.requireSame() }
    }
}
