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
            utterance: place, segments: nil, note: "odd",
            devices: [DeviceKind(name: "cpu", driver: "1", tiles: "4x4")])
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
            ".x.tmp", ".notes.tmp-1-2", ".echo-gpu-1.tmp", ".echo-gpu-notes.tmp", ".x.npy.tmp-3-4",
        ]
        let goes = [
            "utterance-2-000001.npy", "segment-4-000002.safetensors",
            ".utterance-2-000001.npy.tmp",
        ]
        // Of any shard, if only one runs.
        let anybodys = [
            ".echo-gpu-12-3.tmp", ".manifest-000001.jsonl.tmp-12-3", ".run.json.tmp-1-2",
            ".errors-1of2.jsonl.tmp-4-5", ".a b.wav.segment.npy.tmp-6-7",
        ]
        for name in stays + goes + anybodys { try folder.text(name, "") }
        #expect(Set(try PartFolder(path: folder.path).unfinished).isSuperset(of: goes + anybodys))
        try PartFolder(path: folder.path).removeLeftovers(of: .whole, isAlone: false)
        #expect(try folder.contents() == (stays + anybodys).sorted())
        try PartFolder(path: folder.path).removeLeftovers(of: .whole, isAlone: true)
        let table = ".utterance-2-1of2-000001.npy.tmp"
        #expect(try folder.contents() == stays.filter { $0 != table }.sorted())
    }

    /// Lines that are none, and what the error has to name.
    private static let brokenLines: [(String, String)] = {
        let start = #"{"id":"a","path":"b","bytes":1,"run":"r","attempt":"#
        let numbers = #""sample_rate":1,"samples":1,"frames":1,"width":1,"device":"d""#
        let ok = start + #"1,"status":"ok","# + numbers
        let failed = #","status":"failed","code":"c","reason":"r"}"#
        return [
            ("{}", "\"id\""), ("no JSON", "line 1"), (#"{"id":1}"#, "\"id\""),
            (start + #"1,"status":"x"}"#, "status"),
            (ok + #","segment_file":"s","segment_rows":[5,2]}"#, "segment_rows"),
            (ok + #","utterance_file":"s","utterance_row":-1}"#, "utterance_row"),
            (ok + #","utterance_file":"s","utterance_row":9223372036854775807}"#, "utterance_row"),
            (start + "9223372036854775807" + failed, "attempt"), (start + "0" + failed, "attempt"),
            (String(repeating: #"{"a":"#, count: 100_000), "nested deeper"),
        ]
    }()

    @Test(arguments: brokenLines)
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
        var known = KnownInputs(passingCodes: ["missing"])
        let source = Self.entry("a").source
        #expect(known.state(of: source) == .missing(attempt: 0))
        known.add(Self.entry("a", attempt: 2))
        known.add(Self.entry("a", attempt: 1, failed: true))
        #expect(known.state(of: source) == .embedded(attempt: 2))
        known.add(Self.entry("a", attempt: 3, failed: true))
        #expect(known.state(of: source) == .failed(attempt: 3, passing: false))
        let touched = RecordingSource(
            id: "a", path: "in/a", byteCount: 10, modified: 100, overrides: source.overrides)
        #expect(known.state(of: touched) == .missing(attempt: 3))
        let cut = RecordingSource(id: "a", path: "in/a", byteCount: 10, modified: 99)
        #expect(known.state(of: cut) == .missing(attempt: 3), "other overrides, another input")
        let missing = ManifestEntry(
            source: source, attempt: 4, run: "abc",
            outcome: .failed(code: "missing", reason: "no such file"))
        known.add(missing)
        #expect(known.state(of: source) == .failed(attempt: 4, passing: true))
    }

    /// The path is information; only where the content is another does it tell a file that changed from
    /// another file of the same name.
    @Test func anIdWithItsSizeAndTimeIsTheRecordingWhereverItLies() {
        var known = KnownInputs()
        known.add(Self.entry("a"))
        let overrides: JSONObject = ["start": .number("0.5")]
        func state(
            _ path: String, _ byteCount: Int, _ modified: Int?, _ overrides: JSONObject
        ) -> KnownInputs.State {
            known.state(
                of: RecordingSource(
                    id: "a", path: path, byteCount: byteCount, modified: modified,
                    overrides: overrides))
        }
        #expect(state("/mnt/2/a", 10, 99, overrides) == .embedded(attempt: 1))
        #expect(state("in/a", 10, 100, overrides) == .changed(attempt: 1))
        #expect(state("in/a", 11, 99, overrides) == .changed(attempt: 1))
        #expect(state("/mnt/2/a", 11, 99, overrides) == .foreign(attempt: 1))
        #expect(state("/mnt/2/a", 10, 100, overrides) == .foreign(attempt: 1))
        #expect(
            state("/mnt/2/a", 10, 99, [:]) == .changed(attempt: 1), "the same file, cut otherwise")
        #expect(state("/mnt/2/a", 0, nil, overrides) == .changed(attempt: 1), "it is away")
    }

    /// Strings that Unicode calls equal are two names.
    @Test func idsAreComparedByTheirBytes() throws {
        var known = KnownInputs()
        known.add(Self.entry("caf\u{e9}"))
        #expect(known.isEmbedded("caf\u{e9}"))
        #expect(!known.isEmbedded("cafe\u{301}"))
        var list = FailureList(folder: "out", shard: .whole)
        for id in ["caf\u{e9}", "cafe\u{301}"] {
            list.append(.init(id: id, path: id, code: "empty", reason: "nothing"))
        }
        list.remove("caf\u{e9}")
        #expect(!list.isEmpty)
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

    @Test func aNumberThatNoFolderReachesIsAnError() throws {
        let folder = try ScratchFolder()
        try folder.text("manifest-9223372036854775807.jsonl", "")
        let error = #expect(throws: StoreError.self) { try PartFolder(path: folder.path) }
        #expect(error?.code == "not-a-record")
        #expect(error?.description.contains("manifest-9223372036854775807.jsonl") == true)
    }

    /// 12,000 recordings that failed and were repaired took 49 s.
    @Test func manyFailuresThatAreRepairedTakeNoTime() throws {
        let folder = try ScratchFolder()
        var list = FailureList(folder: folder.path, shard: .whole)
        for number in 0..<100_000 { list.add(Self.entry("\(number)", failed: true)) }
        for number in (1..<100_000).reversed() { list.add(Self.entry("\(number)", attempt: 2)) }
        try list.write()
        #expect(try FailureList.read(folder: folder.path, shard: .whole).map(\.id) == ["0"])
    }
}
