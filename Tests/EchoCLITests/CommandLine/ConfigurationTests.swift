import EchoTestSupport
import Foundation
import Testing

/// Defaults of options from files and the environment: which counts, and what is refused.
@Suite(.timeLimit(.minutes(20))) struct ConfigurationTests {
    private let place: Workplace
    /// An environment whose user has a file of defaults.
    private let environment: [String: String]

    init() throws {
        place = try Workplace()
        environment = ["XDG_CONFIG_HOME": place.folder["config"], "HOME": place.folder["home"]]
    }

    private func write(_ text: String) throws {
        try place.folder.text("config/echo-gpu/config.json", text)
    }

    /// What `echo-gpu config` says of a name.
    private func row(
        _ name: String, _ more: [String: String] = [:], _ arguments: [String] = []
    ) throws -> [String: Any] {
        let result = try EchoGPUProcess(
            arguments + ["config", "--json"], environment: environment.merging(more) { $1 },
            readsConfiguration: true)
        #expect(result.status == 0, "\(result.standardError)")
        let rows = try result.json()["defaults"] as? [[String: Any]] ?? []
        return rows.first { $0["name"] as? String == name } ?? [:]
    }

    private func refusal(_ more: [String: String] = [:]) throws -> String {
        let result = try EchoGPUProcess(
            ["plan", "x.wav"], environment: environment.merging(more) { $1 },
            readsConfiguration: true)
        #expect(result.status == 64, "\(result.standardError)")
        #expect(result.standardOutput.isEmpty)
        return result.standardError
    }

    /// Level by level: built in, file, environment, what is typed.
    @Test func whichCounts() throws {
        let recording = try place.recording("a.wav")
        func embed(_ more: [String: String], _ arguments: [String]) throws -> String {
            let output = place.folder["out-\(UUID().uuidString)"]
            let result = try EchoGPUProcess(
                ["extract", "-o", output, "--device", "cpu"] + arguments + [recording],
                environment: environment.merging(more) { $1 }, readsConfiguration: true)
            #expect(result.status == 0, "\(result.standardError)")
            return try FileManager.default.contentsOfDirectory(atPath: output)
                .filter { $0.hasSuffix(".npy") }.map { $0.contains("segment") ? "s" : "u" }
                .sorted().joined()
        }
        let model = ["--model", place.model]
        #expect(try embed([:], model) == "u")
        try write(#"{"model": "\#(place.model)", "extract": {"level": "segment"}}"#)
        #expect(try embed([:], []) == "s")
        let variable = ["ECHO_GPU_EXTRACT_LEVEL": "both"]
        #expect(try embed(variable, []) == "su")
        #expect(try embed(variable, ["--level", "utterance"]) == "u")
        #expect(try embed(["ECHO_GPU_EXTRACT_LEVEL": ""], []) == "s", "set to nothing is not set")
    }

    @Test func filesAreReadWhereTheyAreSaid() throws {
        try write(#"{"batch": 8}"#)
        #expect(try row("batch")["value"] as? String == "8")
        let named = try place.folder.text("other.json", #"{"batch": 9}"#)
        // The file that is named is read alone.
        #expect(try row("batch", ["ECHO_GPU_CONFIG": named])["value"] as? String == "9")
        let typed = try place.folder.text("typed.json", #"{"batch": 10}"#)
        let row = try row("batch", ["ECHO_GPU_CONFIG": named], ["--config", typed])
        #expect(row["value"] as? String == "10")
        #expect(row["origin"] as? String == typed)
        #expect(try self.row("batch", ["ECHO_GPU_CONFIG": ""]).isEmpty)
        // $HOME/.config where XDG_CONFIG_HOME is not set, or no absolute path.
        try place.folder.text("home/.config/echo-gpu/config.json", #"{"batch": 11}"#)
        for folder in ["", "config"] {
            let row = try self.row("batch", ["XDG_CONFIG_HOME": folder])
            #expect(row["value"] as? String == "11")
        }
    }

    @Test func whatHoldsForWhich() throws {
        try write(#"{"device": "gpu", "bench": {"device": "0:0"}, "table": true, "stage": 1}"#)
        #expect(try refusal().contains("config.json: stage: it takes products, attention"))
        try write(#"{"device": "gpu", "bench": {"device": "0:0"}, "table": true}"#)
        let common = try row("device")["commands"] as? [String] ?? []
        #expect(common.contains("extract") && common.contains("search"))
        #expect(!common.contains("bench") && !common.contains("report"))
        #expect(try row("bench.device")["commands"] as? [String] == ["bench"])
        #expect(try row("table")["value"] as? String == "true")
        // The environment counts for more, also what it says of all commands.
        let variable = ["ECHO_GPU_DEVICE": "cpu", "ECHO_GPU_TABLE": "0"]
        #expect(try row("bench.device", variable)["commands"] as? [String] == [])
        let list = try row("extract.device", ["ECHO_GPU_EXTRACT_DEVICE": "0:0, cpu"])
        #expect(list["value"] as? String == "0:0, cpu")
    }

    @Test(arguments: [
        (#"{"bach": 64}"#, "\"bach\": there is no such option. Did you mean batch?"),
        (#"{"extract": {"batsch": 64}}"#, "Did you mean extract.batch?"),
        (#"{"part-size": 64}"#, "Did you mean part_size?"),
        (#"{"plan": {"batch_size": 64}}"#, "is another name of --batch. Write plan.batch."),
        (#"{"extrac": {"batch": 64}}"#, "is no command that has defaults. Did you mean extract?"),
        (#"{"output": "out"}"#, "--output says what one run does: give it on the command line"),
        (#"{"extract": {"force": true}}"#, "--force says what one run does"),
        (#"{"level": "both"}"#, "Choose: bench.level, extract.level, plan.level, search.level."),
        (#"{"extract": {"level": "all"}}"#, "extract.level: it takes utterance, segment or both"),
        (#"{"table": "yes"}"#, "table: a flag takes true or false, not \"yes\""),
        (#"{"batch": [1, 2]}"#, "batch: it takes one value, not a list"),
        (#"{"extract.batch": 1}"#, "write an object with the name of the command"),
        (#"{"batch": null}"#, "batch: it takes text or a number, not null"),
        (#"{"batch": 1, "batch": 2}"#, "duplicate key \"batch\""),
        (#"{"batch": 64,}"#, "A configuration is one JSON object"), ("[]", "one JSON object"),
        ("", "one JSON object"),
    ])
    func filesThatCannotBe(text: String, answer: String) throws {
        try write(text)
        let refusal = try refusal()
        #expect(refusal.contains(answer), "\(refusal)")
        #expect(refusal.contains(place.folder["config/echo-gpu/config.json"]), "\(refusal)")
    }

    @Test(arguments: [
        ("ECHO_GPU_BACH", "1", "there is no such option. Did you mean ECHO_GPU_BATCH?"),
        ("ECHO_GPU_EXTRACT_LAYOT", "parts", "Did you mean ECHO_GPU_EXTRACT_LAYOUT?"),
        ("ECHO_GPU_OUTPUT", "out", "--output says what one run does"),
        ("ECHO_GPU_LEVEL", "both", "Choose: ECHO_GPU_BENCH_LEVEL, ECHO_GPU_EXTRACT_LEVEL"),
        ("ECHO_GPU_TABLE", "maybe", "a flag takes 1 or 0, not \"maybe\""),
        ("ECHO_GPU_LAYOUT", "part", "it takes files or parts, not \"part\". Did you mean parts?\n"),
        ("ECHO_GPU_BATCH_SIZE", "3", "is another name of --batch. Write ECHO_GPU_BATCH."),
        ("ECHO_GPU_M", "demo", "is another name of --model. Write ECHO_GPU_MODEL."),
        ("ECHO_GPU_OVERWRITE", "1", "--replace says what one run does"),
        ("ECHO_GPU_", "x", "there is no such option. 'echo-gpu config"),
    ])
    func variablesThatCannotBe(name: String, value: String, answer: String) throws {
        let refusal = try refusal([name: value])
        #expect(refusal.contains(answer) && refusal.contains(name), "\(refusal)")
    }

    /// What the parser or the run refuses names where the value comes from, too.
    @Test func aValueThatIsReadLaterNamesItsOrigin() throws {
        let recording = try place.recording("a.wav")
        for (name, value, part, status) in [
            ("ECHO_GPU_BATCH", "0", "--batch takes 1 to 65536, not 0", Int32(64)),
            ("ECHO_GPU_DEVICE", "cuda", "--device gpu", 69),
            ("ECHO_GPU_PRECISION", "fp16", "the CPU path computes in fp32", 64),
        ] {
            let device = name == "ECHO_GPU_DEVICE" ? [] : ["--device", "cpu"]
            let result = try EchoGPUProcess(
                ["extract", "-m", place.model, "-o", place.folder["out"], recording] + device,
                environment: [name: value, "ECHO_GPU_TABLE": "1"])
            #expect(result.status == status, "\(result.standardError)")
            #expect(result.standardError.contains(part), "\(result.standardError)")
            #expect(result.standardError.contains("comes from \(name)"), "\(result.standardError)")
            // And of no other that is set.
            #expect(!result.standardError.contains("ECHO_GPU_TABLE"), "\(result.standardError)")
        }
    }

    /// Ranges and forms are the commands' own: `config` asks each of them.
    @Test(arguments: [
        ("ECHO_GPU_BATCH", "0", "extract: --batch takes 1 to 65536, not 0."),
        ("ECHO_GPU_BATCH", "many", "plan: --batch does not take \"many\". --batch <segments>"),
        ("ECHO_GPU_SAMPLE_RATE", "3", "spectrogram: --sample-rate takes "),
        ("ECHO_GPU_SCORE_K", "0", "score: --k takes 1 to 1000, not 0."),
        ("ECHO_GPU_TOP", "0", "search: --top takes "),
        ("ECHO_GPU_ODDEST", "101", "report: --oddest 101 is not within"),
    ])
    func valuesThatACommandWouldRefuse(name: String, value: String, answer: String) throws {
        let result = try EchoGPUProcess(
            ["config"], environment: [name: value, "ECHO_GPU_TABLE": "1"])
        #expect(result.status == 64, "\(result.standardError)")
        #expect(result.standardOutput.contains(name), "the table is printed all the same")
        #expect(result.standardError.contains("error: " + answer), "\(result.standardError)")
        #expect(result.standardError.contains("=\(value) comes from \(name)"))
        #expect(!result.standardError.contains("ECHO_GPU_TABLE"), "\(result.standardError)")
    }

    /// Each is refused by `score` or `search` where it is typed alone.
    @Test func whatNeedsAnotherOptionIsLeftOut() throws {
        let environment = [
            "AGGREGATE": "kth", "FOLDS": "3", "FUSION": "fused", "NORMAL": "good", "YEAR": "2023",
            "RULE": "cusum", "SIGMAS": "4", "RUN_LENGTH": "2", "SLACK": "1", "DECISION": "9",
            "SPREAD": "median", "RECORDINGS": "elsewhere",
        ]
        for (name, value) in environment {
            let option = "--" + name.lowercased().replacingOccurrences(of: "_", with: "-")
            let line =
                name == "RECORDINGS"
                ? ["search", "--in", "no", "x"] : ["score", "--bank", "no", "--test", "no"]
            #expect(try EchoGPUProcess(line + [option, value]).status == 64, "\(name)")
            let variable = "ECHO_GPU_" + name
            let result = try EchoGPUProcess(line, environment: [variable: value])
            #expect(result.status == 66, "\(name): \(result.standardError)")
        }
        let all = Dictionary(
            uniqueKeysWithValues: environment.map { ("ECHO_GPU_" + $0.key, $0.value) })
        let score = try EchoGPUProcess(["score", "--bank", "no", "--test", "no"], environment: all)
        #expect(score.status == 66, "one that is left out is none that another needs")
        #expect(try EchoGPUProcess(["config"], environment: all).status == 0)
    }

    /// What a command would refuse without another option, or beside one that is typed.
    @Test func defaultsThatHoldBesideOthersAlone() throws {
        let recording = try place.recording("a.wav")
        let environment = [
            "ECHO_GPU_DEVICE": "cpu", "ECHO_GPU_PART_SIZE": "7", "ECHO_GPU_TEXT": "1",
            "ECHO_GPU_QUIET": "1",
        ]
        for arguments in [
            ["plan", recording],
            ["extract", "-m", place.model, "-o", place.folder["files"], "-v", recording],
            [
                "extract", "-m", place.model, "-o", place.folder["raw"], "--raw", "s8:8k:1",
                recording,
            ],
        ] {
            let result = try EchoGPUProcess(arguments, environment: environment)
            #expect(result.status == 0, "\(arguments): \(result.standardError)")
        }
        let parts = try EchoGPUProcess(
            [
                "extract", "-m", place.model, "-o", place.folder["parts"], "--layout", "parts",
                recording,
            ], environment: environment)
        #expect(parts.status == 0, "\(parts.standardError)")
        let record = try String(contentsOfFile: place.folder["parts/run.json"], encoding: .utf8)
        #expect(record.contains("\"part_size\": 7"), "\(record)")
    }

    /// Of two that say the opposite the nearer place counts; at one place nobody knows.
    @Test func oppositesOfSeveralPlaces() throws {
        let recording = try place.recording("a.wav")
        func run(_ more: [String: String]) throws -> EchoGPUProcess {
            try EchoGPUProcess(
                ["extract", "-m", "demo", "-o", place.folder["out"], "--device", "cpu", recording],
                environment: environment.merging(more) { $1 }, readsConfiguration: true)
        }
        try write(#"{"verbose": true}"#)
        let quiet = try run(["ECHO_GPU_QUIET": "1"])
        #expect(quiet.status == 0 && quiet.standardError.isEmpty, "\(quiet.standardError)")
        #expect(try run([:]).standardError.contains("verbose comes from"))
        try write(#"{"quiet": true}"#)
        let verbose = try run(["ECHO_GPU_VERBOSE": "1"])
        #expect(verbose.status == 0 && !verbose.standardError.isEmpty)
        #expect(try run(["ECHO_GPU_VERBOSE": "0"]).standardError.isEmpty)
        try write(#"{"quiet": true, "verbose": true}"#)
        #expect(try run([:]).status == 64)
    }

    /// Where a bad value comes from is part of the error, so that `--quiet` leaves it.
    @Test func quietKeepsTheOrigin() throws {
        let recording = try place.recording("a.wav")
        let command = [
            "extract", "-q", "-m", "demo", "-o", place.folder["out"], "--device", "cpu", recording,
        ]
        #expect(try EchoGPUProcess(command).status == 0)
        let result = try EchoGPUProcess(command, environment: ["ECHO_GPU_EXTRACT_LEVEL": "both"])
        #expect(result.status == 64)
        #expect(
            result.standardError.hasSuffix("--level=both comes from ECHO_GPU_EXTRACT_LEVEL.\n"),
            "\(result.standardError)")
    }

    /// What is set for extract alone holds where its run is planned.
    @Test func planGoesOnWithWhatIsSetForExtract() throws {
        let recording = try place.recording("a.wav")
        func output(_ environment: [String: String]) throws -> Int? {
            let arguments = [
                "plan", "--json", "--model", place.model, "--device", "cpu", recording,
            ]
            let total = try EchoGPUProcess(arguments, environment: environment).json()["total"]
            return (total as? [String: Any])?["output_byte_count"] as? Int
        }
        let one = try output(["ECHO_GPU_EXTRACT_LEVEL": "both"])
        #expect(try one == output(["ECHO_GPU_PLAN_LEVEL": "both"]))
        #expect(try one != output([:]))
    }

    @Test func aFileThatWasAskedForMustBeThere() throws {
        let missing = place.folder["missing.json"]
        for result in [
            try EchoGPUProcess(["devices"], environment: ["ECHO_GPU_CONFIG": missing]),
            try EchoGPUProcess(["devices", "--config", missing]),
        ] {
            #expect(result.status == 66, "\(result.standardError)")
            #expect(result.standardError.contains(missing))
            #expect(result.standardError.contains("No such file"), "\(result.standardError)")
        }
    }

    @Test func helpIsGivenWhateverIsConfigured() throws {
        try write("no JSON")
        for arguments in [["--help"], ["extract", "-h"], ["help", "config"], ["--version"]] {
            let result = try EchoGPUProcess(
                arguments, environment: environment, readsConfiguration: true)
            #expect(result.status == 0, "\(result.standardError)")
        }
    }

    /// An option of one name means one thing wherever a name without a command sets it.
    @Test func sharedNamesMeanTheSameInEveryCommand() throws {
        let all = try EchoGPUProcess(["config", "--all", "--json"]).json()
        let names = (all["names"] as? [[String: String]] ?? []).compactMap { $0["name"] }
        #expect(names.contains("batch") && names.contains("extract.level"), "\(names)")
        let shared = Set(names.filter { !$0.contains(".") })
        let tool = try EchoGPUProcess(["--experimental-dump-help"]).json()
        let root = try #require(tool["command"] as? [String: Any])
        var meanings: [String: Set<String>] = [:]
        for command in root["subcommands"] as? [[String: Any]] ?? [] {
            for argument in command["arguments"] as? [[String: Any]] ?? [] {
                let name = (argument["names"] as? [[String: String]])?
                    .first { $0["kind"] == "long" }?["name"]?
                    .replacingOccurrences(of: "-", with: "_")
                guard let name, shared.contains(name) else { continue }
                let values = argument["allValues"] as? [String] ?? []
                meanings[name, default: []].insert(
                    "\(argument["kind"] ?? "") \(argument["valueName"] ?? "") \(values)")
            }
        }
        for (name, meaning) in meanings {
            #expect(meaning.count == 1, "\(name) means \(meaning): add it to `differing`")
        }
    }
}
