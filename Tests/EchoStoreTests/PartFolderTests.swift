import EchoFormats
import EchoStore
import EchoTestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct PartFolderTests {
    private static func entry(_ id: String, attempt: Int = 1, failed: Bool = false) -> ManifestEntry
    {
        let source = RecordingSource(
            id: id, path: "in/" + id, byteCount: 10, modified: 99,
            overrides: ["start": .number("0.5")], fields: ["machine": .string("fan\n\"7\"")])
        let place = ManifestEntry.Place(file: "utterance-2-000000.npy", rows: 0..<1)
        let embedding = ManifestEntry.Embedding(
            channel: 1, sampleRate: 8000, sampleCount: 4000, frameCount: 48, width: 2,
            utterance: place, segments: nil, note: "odd", device: "cpu")
        return ManifestEntry(
            source: source, attempt: attempt, run: "abc",
            outcome: failed ? .failed(code: "empty", reason: "nothing") : .embedded(embedding))
    }

    private static func writer(
        _ name: PartName, _ folder: ScratchFolder
    ) -> PartWriter {
        PartWriter(name, folder: folder.path, format: .npy, element: .float32)
    }

    @Test(arguments: [Shard.whole, Shard(2, of: 7)])
    func aPartIsThereOnceItIsCommitted(shard: Shard) throws {
        let folder = try ScratchFolder()
        let name = PartName(shard: shard, number: 3)
        let writer = Self.writer(name, folder)
        let table = try writer.table(.utterance, width: 2)
        try table.append([1, 2, 3, 4])
        try table.truncate(to: 1)
        try table.append([5, 6])
        writer.append(Self.entry("a"))
        writer.append(Self.entry("b", failed: true))
        #expect(try PartFolder(path: folder.path).parts.isEmpty)
        #expect(try folder.contents().allSatisfy { $0.hasPrefix(".") })
        try writer.commit()
        let read = try PartFolder(path: folder.path)
        #expect(read.parts == [name])
        #expect(read.nextNumber(of: shard) == 4)
        #expect(read.nextNumber(of: Shard(0, of: 7)) == 0)
        #expect(try read.entries(of: name) == [Self.entry("a"), Self.entry("b", failed: true)])
        #expect(try NPYFile.read(folder[table.name]).floats == [1, 2, 5, 6])
        #expect(try folder.contents().sorted() == [name.manifest, table.name].sorted())
    }

    @Test func leftoversGoAndWhatIsCommittedOrAnothersStays() throws {
        let folder = try ScratchFolder()
        let stays = [
            "manifest-000000.jsonl", "utterance-2-000000.npy", "utterance-2-1of2-000000.npy",
            "notes.npy", ".hidden", ".utterance-2-1of2-000001.npy.tmp", "utterance-x-000009.npy",
        ]
        let goes = [
            "utterance-2-000001.npy", "segment-4-000002.safetensors",
            ".utterance-2-000001.npy.tmp", ".manifest-000001.jsonl.tmp-12-3",
        ]
        for name in stays + goes { try folder.text(name, "") }
        try PartFolder(path: folder.path).removeLeftovers(of: .whole, isAlone: false)
        #expect(try folder.contents() == stays.sorted())
        try PartFolder(path: folder.path).removeLeftovers(of: .whole, isAlone: true)
        #expect(!(try folder.contents().contains(".utterance-2-1of2-000001.npy.tmp")))
    }

    @Test(arguments: [
        ("{}", "\"id\""), ("no JSON", "line 1"), ("{\"id\":1}", "\"id\""),
        (
            "{\"id\":\"a\",\"path\":\"b\",\"bytes\":1,\"attempt\":1,\"run\":\"r\",\"status\":\"x\"}",
            "status"
        ),
        (
            "{\"id\":\"a\",\"path\":\"b\",\"bytes\":1,\"attempt\":1,\"run\":\"r\",\"status\":\"ok\","
                + "\"sample_rate\":1,\"samples\":1,\"frames\":1,\"width\":1,\"device\":\"d\","
                + "\"segment_file\":\"s\",\"segment_rows\":[5,2]}", "segment_rows"
        ),
    ])
    func aManifestThatIsNotOursIsNamedWithItsLine(text: String, part: String) throws {
        let folder = try ScratchFolder()
        try folder.text("manifest-000000.jsonl", text + "\n")
        let error = try #require(throws: StoreError.self) {
            try KnownInputs(PartFolder(path: folder.path))
        }
        #expect(error.description.contains("manifest-000000.jsonl"))
        #expect(error.description.contains(part), "\(error)")
    }

    @Test func theLatestAttemptSaysWhatIsKnown() throws {
        var known = KnownInputs()
        let source = Self.entry("a").source
        #expect(known.state(of: source) == .missing(attempt: 0))
        known.add(Self.entry("a", attempt: 2))
        known.add(Self.entry("a", attempt: 1, failed: true))
        #expect(known.state(of: source) == .embedded)
        known.add(Self.entry("a", attempt: 3, failed: true))
        #expect(known.state(of: source) == .failed(attempt: 3))
        let touched = RecordingSource(
            id: "a", path: "in/a", byteCount: 10, modified: 100, overrides: source.overrides)
        #expect(known.state(of: touched) == .missing(attempt: 3))
        let cut = RecordingSource(id: "a", path: "in/a", byteCount: 10, modified: 99)
        #expect(known.state(of: cut) == .missing(attempt: 3), "other overrides, another input")
    }

    @Test func shardsAreReadAsTheyAreWritten() {
        #expect(Shard("3/8") == Shard(3, of: 8))
        for text in ["8/8", "-1/8", "1", "1/", "/2", "1/2/3", "a/b", ""] {
            #expect(Shard(text) == nil, "\(text)")
        }
        #expect(PartName(manifest: "manifest-3of8-000012.jsonl")?.shard == Shard(3, of: 8))
        #expect(PartName(manifest: "manifest-1234567.jsonl")?.number == 1_234_567)
        for name in [
            "manifest-12.jsonl", "manifest-8of8-000012.jsonl", "manifest--000012.jsonl",
            "manifest-0of1-000012.jsonl", "manifest-03of8-000012.jsonl", "manifest-000000.json",
        ] {
            #expect(PartName(manifest: name) == nil, "\(name)")
        }
    }
}
