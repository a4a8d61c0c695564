import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// `plan --write-manifest`, and runs that take the list.
@Suite(.timeLimit(.minutes(20))) struct FrozenListTests {
    /// Shards of a folder that grows between them: with the list they make one whole.
    @Test func shardsOfAListAgreeWhateverIsAdded() throws {
        let archive = try Archive(9)
        let list = archive.folder["list.jsonl"]
        let plan = try EchoGPUProcess(["plan", "--write-manifest", list, archive.folder["in"]])
        #expect(plan.status == 0, "\(plan.standardError)")
        #expect(plan.standardOutput.contains("a list of 10 recordings"))
        func run(_ shard: String) throws -> Int32 {
            var arguments = archive.arguments("out", ["--shard", shard, "--manifest", list])
            arguments.removeLast()
            return try EchoGPUProcess(arguments).status
        }
        var statuses = [try run("0/2")]
        for index in 0..<5 {
            try archive.folder.wav(
                "in/0\(index).wav", [Float](repeating: 0.1, count: 30_000), sampleRate: 1000)
        }
        statuses.append(try run("1/2"))
        #expect(statuses.sorted() == [0, 3])
        let ids = try archive.entries("out").map(\.source.id)
        #expect(Set(ids).count == 10 && ids.count == 10 && !ids.contains("00.wav"))
        // The same ids and content as without the list: nothing of it is embedded again.
        let whole = try EchoGPUProcess(archive.arguments("out", ["--json"])).json()
        #expect(whole["recording_count"] as? Int == 5)
        #expect(whole["embedded_before_count"] as? Int == 9)
    }

    /// Members of tar files, with what is known of them, strange names, and what a list said.
    @Test func everyKindOfInputComesBack() throws {
        let place = try Workplace()
        let folder = place.folder
        let odd = "t \"1\"\n\\\u{E9}.wav"
        try place.recording("in/sub/\(odd)")
        try place.recording("pack/k/x.wav")
        try place.recording("pack/y.wav")
        try folder.text("pack/k/x.json", "{\"label\": \"a\", \"id\": 7, \"path\": \"no\"}")
        for (name, flag) in [("plain.tar", "-cf"), ("packed.tar.gz", "-czf")] {
            let tar = try EchoGPUProcess(
                ["-C", folder["pack"], flag, folder["in/" + name], "k", "y.wav"],
                program: URL(fileURLWithPath: "/usr/bin/tar"))
            #expect(tar.status == 0, "\(tar.standardError)")
        }
        let stereo = [Float](repeating: 0.25, count: 8000)
        try folder.wav("stereo.wav", stereo, channels: 2, sampleRate: 8000)
        let given = try folder.text(
            "given.csv",
            "path,id,channels,start,end,label\nstereo.wav,one,1,0.1,0.3,x\nin/plain.tar,t,,,,y\n")
        let list = folder["lists/frozen"]
        let arguments = [folder["in"], "--manifest", given]
        let plan = try EchoGPUProcess(["plan", "--write-manifest", list] + arguments)
        #expect(plan.status == 0, "\(plan.standardError)")
        #expect(try folder.files(in: "lists") == ["frozen"])

        func run(_ out: String, _ inputs: [String]) throws -> [ManifestEntry] {
            let result = try EchoGPUProcess(
                [
                    "extract", "--model", place.model, "--device", "cpu", "--layout", "parts",
                    "--output", folder[out],
                ] + inputs)
            #expect(result.status == 0, "\(result.standardError)")
            let parts = try PartFolder(path: folder[out])
            return try parts.parts.flatMap { try parts.entries(of: $0) }
        }
        let direct = try run("direct", arguments)
        let frozen = try run("frozen", ["--manifest", list])
        #expect(direct.count == 8 && frozen.map(\.source.id) == direct.map(\.source.id))
        #expect(frozen.map(\.source.overrides) == direct.map(\.source.overrides))
        #expect(frozen.map(\.source.byteCount) == direct.map(\.source.byteCount))
        for (one, other) in zip(frozen, direct) {
            #expect(Set(one.source.fields.members) == Set(other.source.fields.members))
            #expect(one.source.path.hasPrefix("/"))
        }
        let tables = try folder.arrays(in: "direct")
        #expect(!tables.isEmpty)
        for table in tables {
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: folder["direct/" + table]))
                    == Data(contentsOf: URL(fileURLWithPath: folder["frozen/" + table])))
        }
    }

    /// A name that is no UTF-8 cannot stand in JSON: it is said, and is not in the list.
    @Test func aNameThatIsNotUnicodeIsNamedAndLeftOut() throws {
        let place = try Workplace()
        let good = try place.recording("in/a.wav")
        let bytes =
            Array((place.folder["in"] + "/b").utf8CString.dropLast()) + [
                CChar(bitPattern: 0xFF), 0x2E, 0x77, 0x61, 0x76, 0,
            ]
        #expect(link(good, bytes) == 0)
        let list = place.folder["list.jsonl"]
        let result = try EchoGPUProcess([
            "plan", "--json", "--write-manifest", list, place.folder["in"],
        ])
        #expect(result.status == 3 && result.standardError.contains("not valid UTF-8"))
        let json = try result.json()
        #expect((json["manifest"] as? [String: Any])?["recording_count"] as? Int == 1)
        #expect((json["problems"] as? [String])?.count == 1)
    }

    @Test func aListThatCannotBeWrittenIsAnErrorAndAnOldOneIsReplaced() throws {
        let place = try Workplace()
        try place.recording("in/a.wav")
        let old = "{\"path\":\"/old.wav\",\"id\":\"old.wav\"}\n"
        let list = try place.folder.text("list.jsonl", old)
        try place.folder.text("file", "")
        let result = try EchoGPUProcess([
            "plan", "--write-manifest", place.folder["file/list.jsonl"], place.folder["in"],
        ])
        #expect([73, 74].contains(result.status), "\(result.standardError)")
        #expect(
            try EchoGPUProcess(["plan", "--write-manifest", list, place.folder["in"]]).status == 0)
        let text = try String(contentsOfFile: list, encoding: .utf8)
        #expect(text.hasPrefix("{\"path\":\"/") && text.hasSuffix("\n"))
    }

    /// A slip makes the first recording the list's name: it must not cost the recording.
    @Test func onlyAListIsReplaced() throws {
        let place = try Workplace()
        let (first, second) = (try place.recording("in/a.wav"), try place.recording("in/b.wav"))
        let before = try Data(contentsOf: URL(fileURLWithPath: first))
        for name in [[first, second], [place.folder["in"], second]] {
            let result = try EchoGPUProcess(["plan", "--write-manifest"] + name)
            #expect(result.status == 73, "\(result.standardError)")
            #expect(result.standardError.contains("is not a list that plan wrote"))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: first)) == before)
        let empty = try place.folder.text("empty.jsonl", "")
        #expect(try EchoGPUProcess(["plan", "--write-manifest", empty, second]).status == 0)
        #expect(try String(contentsOfFile: empty, encoding: .utf8).hasPrefix("{"))
    }
}
