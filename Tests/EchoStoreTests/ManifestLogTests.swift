import EchoFormats
import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// The manifest of a folder of files, to which lines are added.
@Suite(.timeLimit(.minutes(20))) struct ManifestLogTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        let record = "{\"settings\": {\"layout\": \"files\"}, \"information\": {}}"
        try folder.text("run.json", record)
    }

    private static func entry(_ id: String) -> ManifestEntry {
        ManifestEntry(
            source: RecordingSource(id: id, path: "in/" + id, byteCount: 10, modified: 99),
            attempt: 1, run: "abc", outcome: .failed(code: "empty", reason: "nothing"))
    }

    private func log(_ shard: Shard = .whole) throws -> ManifestLog {
        try ManifestLog(PartFolder(path: folder.path), shard: shard)
    }

    private func ids() throws -> [String] {
        let place = try PartFolder(path: folder.path)
        return try place.parts.flatMap { try place.entries(of: $0) }.map(\.source.id)
    }

    @Test func linesAreAddedRunAfterRun() throws {
        try log().append([Self.entry("a"), Self.entry("b")])
        try log().append([])
        try log().append([Self.entry("c")])
        #expect(try ids() == ["a", "b", "c"])
        #expect(try folder.contents() == ["manifest-000000.jsonl", "run.json"])
    }

    /// Lines that go to a file without a name are read by nobody.
    @Test func aManifestThatWentWhileItWasWrittenIsNoticed() throws {
        let log = try log()
        try log.requireInPlace()
        try log.append([Self.entry("a")])
        try log.requireInPlace()
        let path = folder["manifest-000000.jsonl"]
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: StoreError(path: path, .wentMeanwhile)) { try log.requireInPlace() }
        // The same bytes in another file are not what this run adds to.
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError(path: path, .wentMeanwhile)) { try log.requireInPlace() }
    }

    @Test func aShardHasItsOwn() throws {
        try log(Shard(1, of: 3)).append([Self.entry("a")])
        try log().append([Self.entry("b")])
        #expect(
            try folder.contents()
                == ["manifest-000000.jsonl", "manifest-1of3-000000.jsonl", "run.json"])
        #expect(try ids() == ["b", "a"])
    }

    /// At every byte of the last line, the newline included.
    @Test func whatADyingRunLeftOfALineIsNoLine() throws {
        try log().append([Self.entry("a")])
        let path = folder["manifest-000000.jsonl"]
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for count in 0..<whole.count {
            try (whole + whole.prefix(count)).write(to: URL(fileURLWithPath: path))
            #expect(try ids() == ["a"], "readers pass over it")
            try log().append([Self.entry("b")])
            #expect(try ids() == ["a", "b"])
        }
    }

    @Test func aFullManifestIsFollowedByAnother() throws {
        let log = try log()
        let lines = (0..<ManifestLog.lineLimit).map { Self.entry("\($0)") }
        try log.append(lines)
        try log.append([Self.entry("x")])
        #expect(try PartFolder(path: folder.path).parts.map(\.number) == [0, 1])
        try self.log().append([Self.entry("y")])
        #expect(try ids().suffix(2) == ["x", "y"])
    }

    @Test func aLinkInItsPlaceIsNotFollowed() throws {
        let target = try folder.text("elsewhere", "mine\n")
        try FileManager.default.createSymbolicLink(
            atPath: folder["manifest-000000.jsonl"], withDestinationPath: target)
        let error = #expect(throws: StoreError.self) { try log() }
        #expect(error?.cause == .symbolicLink)
    }
}
