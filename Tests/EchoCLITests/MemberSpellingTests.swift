import EchoFormats
import EchoTestSupport
import Foundation
import Testing

/// Members of every command's JSON are in snake_case; the spellings of 0.1.0 stand beside them, and no others.
@Suite(.timeLimit(.minutes(20))) struct MemberSpellingTests {
    /// Members whose own members are data: names of nodes, codes, settings, fields.
    private static let data: Set<String> = [
        "declined_nodes", "declinedNodes", "failures", "runs", "settings", "fields", "times",
    ]

    /// What is wrong with the spelling of a value's members, a line each.
    private static func problems(_ value: Any, at place: String = "") -> [String] {
        if let list = value as? [Any] {
            return list.flatMap { problems($0, at: place + "[]") }
        }
        guard let object = value as? [String: Any] else { return [] }
        return object.flatMap { name, value -> [String] in
            let here = place + "." + name
            let isData = data.contains(name) && value is [String: Any]
            let deeper = isData || MemberNames.kept.contains(name) ? [] : problems(value, at: here)
            guard name != name.lowercased() else { return deeper }
            guard MemberNames.kept.contains(name) else { return deeper + ["\(here) is new"] }
            guard let new = object[MemberNames.snakeCase(name)] else {
                return deeper + ["\(here) has no new spelling"]
            }
            // Scalars are the same value; below others each copy has its spelling.
            let isSame =
                !(value is [Any] || value is [String: Any]) ? "\(new)" == "\(value)" : true
            return deeper + (isSame ? [] : ["\(here) is another value"])
        }
    }

    private static func check(
        _ result: EchoGPUProcess, _ members: [String], statuses: Set<Int32> = [0]
    ) throws {
        #expect(statuses.contains(result.status), "\(result.standardError)")
        let json = try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8))
        #expect(problems(json) == [])
        for member in members {
            #expect(result.standardOutput.contains("\"\(member)\" :"), "\(member)")
        }
    }

    @Test func theWalkFindsWhatIsWrong() {
        let right: [String: Any] = ["row_count": 1, "rowCount": 1, "k": ["a_b": 2]]
        #expect(Self.problems(right) == [])
        #expect(Self.problems(["rowCount": 1]) == [".rowCount has no new spelling"])
        #expect(Self.problems(["a": [["newName": 1]]]) == [".a[].newName is new"])
        #expect(Self.problems(["row_count": 1, "rowCount": 2]).count == 1)
        #expect(Self.problems(["failures": ["notFinite": 1]]) == [])
    }

    @Test func commandsOverAFolderOfRecordings() throws {
        let place = try Workplace()
        try place.recording("in/a.wav")
        try place.recording("in/b.wav")
        try place.folder.text("in/c.wav", "no recording")
        try place.folder.text("in/notes.txt", "mine")
        let (input, out) = (place.folder["in"], place.folder["out"])
        try Self.check(
            place.extract("--json", "--table", "--level", "both", input),
            ["recording_count", "recordingCount", "sound_seconds", "band_count", "hidden_count"],
            statuses: [3])
        try Self.check(
            EchoGPUProcess(["inspect", "--json", out]),
            ["weights_sha256", "weightsSHA256", "unlisted_count", "retry_count"])
        try Self.check(
            EchoGPUProcess([
                "plan", "--json", "--output", out, "--model", place.model, "--device", "cpu",
                "--write-manifest", place.folder["list.jsonl"], "--clips-per-second", "1",
                "--within", "1h", input,
            ]),
            ["missing_count", "missingCount", "host_byte_count", "process_count", "headers"])
        try Self.check(
            EchoGPUProcess([
                "search", "--json", "--device", "cpu", "--level", "segment", "--in", out, "a.wav",
            ]), ["searched_row_count", "queryStart", "query_start"])
        try Self.check(
            EchoGPUProcess(["report", "--json", out, "--output", place.folder["page.html"]]),
            ["point_count", "pointCount"])
        try Self.check(
            EchoGPUProcess([
                "score", "--json", "--loocv", "--test", out, "--output",
                place.folder["scores"],
            ]), ["counts", "settings"])
    }

    /// Commands that 0.1.0 did not have; names of theirs are some of its names, such as `recordingCount`.
    @Test func newCommandsHaveNoOldSpelling() throws {
        let place = try Workplace()
        #expect(try place.extract("--layout", "parts", place.recording("a.wav")).status == 0)
        for (arguments, member) in [
            (["inspect", "--check", "--json", place.folder["out"]], "row_count"),
            (["compact", "--json", place.folder["out"]], "recording_count"),
            (["config", "--json"], "defaults"), (["version", "--json"], "opencl_platforms"),
        ] {
            let result = try EchoGPUProcess(arguments)
            #expect(result.status == 0, "\(result.standardError)")
            let text = result.standardOutput
            #expect(text.contains("\"\(member)\""), "\(text)")
            #expect(!text.contains(#/"[a-z]+[A-Z][A-Za-z]*" :/#), "\(text)")
        }
    }

    @Test func commandsOnDevicesAndModels() throws {
        let place = try Workplace()
        let environment = place.cacheOfItsOwn
        try Self.check(
            EchoGPUProcess(["devices", "--json"]), ["cpu_path", "cpuPath", "opencl_version"])
        try Self.check(
            EchoGPUProcess(["inspect", "--json", place.model]), ["embedding_width", "layerCount"])
        try Self.check(
            EchoGPUProcess(
                [
                    "bench", "--json", "--model", place.model, "--device", "cpu", "--seconds",
                    "0.001", "--largest-batch", "1", "--sample-rate", "1000",
                ], environment: environment), ["clips_per_second", "clipsPerSecond"])
        try Self.check(
            EchoGPUProcess(
                [
                    "tune", "--json", "--dry-run", "--stage", "attention", "--seconds", "0.001",
                ], environment: environment.merging(["ECHO_KERNELS": "simt"]) { $1 }),
            ["maximum_error", "maximumError"])
        let path = URL(fileURLWithPath: place.model + "/model.safetensors")
        let hub = try LoopbackHub(files: ["model.safetensors": Data(contentsOf: path)])
        let hubEnvironment = [
            "HF_ENDPOINT": hub.hub.origin, "HF_HUB_CACHE": place.folder["hub"],
            "HF_HOME": place.folder["home"], "HF_TOKEN": "",
        ]
        func model(_ arguments: String...) throws -> EchoGPUProcess {
            try EchoGPUProcess(["model"] + arguments + ["--json"], environment: hubEnvironment)
        }
        try Self.check(model("pull", LoopbackHub.repository), ["received_byte_count"])
        try Self.check(model("list"), ["byte_count", "byteCount", "head_count"])
        try Self.check(model("verify"), ["is_right", "isRight"])
    }
}
