import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// `inspect` of output folders: whose they are, with what they were made, what is left to do.
@Suite(.timeLimit(.minutes(20))) struct InspectFolderTests {
    @Test func aFolderThatIsNoneOfOursIsAnError() throws {
        let folder = try ScratchFolder()
        try folder.text("in/notes.txt", "mine")
        try folder.text("empty/sub/x", "")
        try folder.text("alien/run.json", "{\"name\": \"somebody's\"}")
        for name in ["in", "empty", "alien"] {
            for options in [[], ["--json"]] {
                let result = try EchoGPUProcess(["inspect"] + options + [folder[name]])
                #expect(result.status == 65, "\(name): \(result.standardError)")
                #expect(result.standardError.contains(name) && result.standardOutput.isEmpty)
            }
        }
    }

    /// What lies in a folder that is none of ours, and what to do about it.
    @Test func aForeignFolderIsToldByWhatIsInIt() throws {
        let place = try Workplace()
        let folder = place.folder
        for name in ["in/it's/a.wav", "in/it's/b.wav", "in/it's/c.flac"] {
            try place.recording(name)
        }
        try folder.text("in/it's/notes.txt", "mine")
        try folder.text("other/x.mat", "")
        try FileManager.default.createDirectory(
            atPath: folder["empty"], withIntermediateDirectories: true)
        #expect(try place.extract(place.recording("one.wav")).status == 0)
        try folder.wav("above/d.wav", [Float](repeating: 0, count: 8000), sampleRate: 8000)
        try FileManager.default.moveItem(atPath: folder["out"], toPath: folder["above/out"])
        try FileManager.default.createDirectory(
            atPath: folder["over"], withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: folder["above/out"], toPath: folder["over/out"])
        for (name, parts) in [
            (
                "in",
                [
                    "it has 2 .wav and 1 .flac files, 1 other file and no run.json",
                    "echo-gpu extract",
                ]
            ),
            ("in/it's", ["--output embeddings '\(folder["in/it"])'\\''s'"]),
            ("empty", ["it is empty", "--output"]),
            ("other", ["neither run.json nor recordings", "1 .mat file"]),
            ("over", ["neither run.json nor recordings", "over/out is one: inspect that"]),
            ("above", ["it has 1 .wav file and no run.json", "above/out is one: inspect that"]),
        ] {
            let result = try EchoGPUProcess(["inspect", folder[name]])
            #expect(result.status == 65 && result.standardOutput.isEmpty)
            for part in parts + ["no output folder of echo-gpu"] {
                #expect(result.standardError.contains(part), "\(result.standardError)")
            }
        }
    }

    /// A model's name is no path, and its folder is to be had.
    @Test func aPublishedModelsName() throws {
        let result = try EchoGPUProcess(["inspect", "echo-tiny"])
        #expect(result.status == 66 && result.standardOutput.isEmpty)
        #expect(result.standardError.contains("'echo-gpu model pull echo-tiny'"))
    }

    /// Failures that may pass are tried again by the next run, others not; a run that did nothing is told of.
    @Test func whatIsLeftToDoIsSaid() throws {
        let runs = try EitherLayout(.files)
        let good = try runs.recording("a.wav")
        try runs.folder.text("bad.wav", "no recording")
        let list = try runs.folder.text("list.txt", "bad.wav\ngone.wav\n\(good)\n")
        #expect(try runs.extract("--manifest", list).status == 3)
        let result = try EchoGPUProcess(["inspect", runs.folder["out"]])
        #expect(
            result.standardOutput.contains("the next run tries 1 again; all with --retry-failed"))
        let json = try EchoGPUProcess(["inspect", "--json", runs.folder["out"]]).json()
        #expect(json["retry_count"] as? Int == 1 && json["failed_count"] as? Int == 2)
        let weights = try #require((json["settings"] as? [String: String])?["weights_sha256"])
        #expect(
            result.standardOutput.contains(
                "Model echo-test, weights SHA-256 \(weights): 1 recording."))
        try runs.folder.text("begun/run.json", "{\"settings\": {\"layout\": \"parts\"}}")
        let begun = try EchoGPUProcess(["inspect", runs.folder["begun"]])
        #expect(begun.standardOutput.contains("nothing is embedded"), "\(begun.standardOutput)")
    }

    @Test(arguments: FolderLayout.allCases)
    func aRowForEachModelAndItsSettings(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let (a, b) = (try runs.recording("a.wav"), try runs.recording("b.wav"))
        #expect(try runs.extract(a, b).status == 0)
        let first = try EchoGPUProcess(["inspect", "--json", runs.folder["out"]]).json()
        #expect(first["kind"] as? String == "\(layout)")
        let weights = try #require((first["settings"] as? [String: String])?["weights_sha256"])

        // Another model and other channels; b has changed since.
        try runs.recording("b.wav", seed: 5, modified: 2e9)
        let forced = try EchoGPUProcess([
            "extract", "--model", "demo", "--device", "cpu", "--channels", "first", "--force",
            "--output", runs.folder["out"], a, b,
        ])
        #expect(forced.status == 0, "\(forced.standardError)")
        let result = try EchoGPUProcess(["inspect", "--json", runs.folder["out"]])
        #expect(result.status == 0, "\(result.standardOutput)")
        let json = try result.json()
        #expect(json["replaced_count"] as? Int == 1)
        let models = try #require(json["models"] as? [[String: Any]])
        #expect(models.count == 2)
        let old = try #require(models.first { $0["weights_sha256"] as? String == weights })
        #expect(old["embedded"] as? Int == 1 && old["replaced"] as? Int == 1)
        #expect(old["model"] as? String == "echo-test")
        let differences = try #require(old["differences"] as? [String])
        #expect(differences.contains("channels \"mean\""), "\(differences)")
        let new = try #require(models.first { $0["weights_sha256"] as? String != weights })
        #expect(new["embedded"] as? Int == 1 && (new["differences"] as? [String])?.isEmpty == true)
        let text = try EchoGPUProcess(["inspect", runs.folder["out"]]).standardOutput
        #expect(text.contains(weights.prefix(12)) && text.contains("channels \"mean\""))
    }

    @Test(arguments: FolderLayout.allCases)
    func whatADeadRunLeftIsUnfinished(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        #expect(try runs.extract(try runs.recording("a.wav")).status == 0)
        let left = [".echo-gpu-1-2.tmp", ".utterance-9-000009.npy.tmp"]
        for name in left { try runs.folder.text("out/" + name, "") }
        try runs.folder.text(
            "out/.lock",
            "{\"host\":\"h\",\"process\":7,\"since\":\"then\",\"shard\":\"0/1\",\"plan\":\"p\"}")
        let result = try EchoGPUProcess(["inspect", "--json", runs.folder["out"]])
        #expect(result.status == 0, "a rerun mends it")
        let json = try result.json()
        #expect(json["unfinished"] as? [String] == left)
        #expect(json["dead_writers"] as? [String] == ["process 7 on h, since then"])
        let text = try EchoGPUProcess(["inspect", runs.folder["out"]]).standardOutput
        #expect(text.contains("Unfinished") && text.contains("process 7 on h"))
    }

    /// Numbers that would overflow, places outside the folder, rows that are not there.
    @Test(arguments: [
        ("\"attempt\":1", "\"attempt\":9223372036854775807", 65),
        ("\"attempt\":1", "\"attempt\":1000000000", 0),
        ("\"utterance_row\":0", "\"utterance_row\":-1", 65),
        ("\"utterance_row\":0", "\"utterance_row\":9223372036854775806", 1),
        ("\"utterance_row\":0", "\"utterance_row\":7", 1),
        ("\"width\":256", "\"width\":9223372036854775807", 1),
        ("\"width\":256", "\"width\":-1", 65),
        ("\"utterance_file\":\"", "\"utterance_file\":\"../../", 1),
        ("\"utterance_file\":\"", "\"utterance_file\":\"/", 1),
        ("\"sample_rate\":8000", "\"sample_rate\":1e99", 65),
        ("\"id\":", "\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]", 65),
    ])
    func aFolderThatWasTamperedWithTrapsNothing(
        part: String, other: String, status: Int32
    ) throws {
        let runs = try EitherLayout(.parts)
        let path = try runs.recording("a.wav")
        #expect(try runs.extract(path).status == 0)
        let manifest = runs.folder["out/manifest-000000.jsonl"]
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        let changed = text.replacing(part, with: other)
        #expect(changed != text)
        try changed.write(toFile: manifest, atomically: true, encoding: .utf8)
        let inspected = try EchoGPUProcess(["inspect", runs.folder["out"]])
        #expect(inspected.status == status, "\(inspected.standardOutput)\(inspected.standardError)")
        // A run either goes on or says why not; it embeds the changed file.
        try runs.recording("a.wav", seed: 9, modified: 2e9)
        let run = try runs.extract(path)
        #expect([0, 65].contains(run.status), "\(run.standardError)")
        if status == 65 { #expect(run.standardError.contains("manifest-000000.jsonl")) }
    }

    @Test func aNumberThatNoFolderReachesIsAnError() throws {
        let runs = try EitherLayout(.parts)
        let path = try runs.recording("a.wav")
        #expect(try runs.extract(path).status == 0)
        try runs.folder.text("out/manifest-9223372036854775807.jsonl", "")
        for arguments in [["inspect"], ["plan", path, "--output"]] {
            let result = try EchoGPUProcess(arguments + [runs.folder["out"]])
            #expect(result.status == 65, "\(result.standardError)")
        }
        #expect(try runs.extract(path).status == 65)
    }
}
