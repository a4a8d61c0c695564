import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// `echo-gpu plan`: what it says of a run, held against runs.
@Suite(.timeLimit(.minutes(20))) struct PlanCommandTests {
    private static func plan(
        _ arguments: String..., environment: [String: String] = [:]
    ) throws -> [String: Any] {
        let result = try EchoGPUProcess(["plan", "--json"] + arguments, environment: environment)
        #expect(result.status == 0, "\(result.standardError)")
        return try result.json()
    }

    private static func total(_ plan: [String: Any]) throws -> [String: Any] {
        try #require(plan["total"] as? [String: Any])
    }

    /// What extract would refuse is not planned with.
    @Test func devicesThatNoRunCanHave() throws {
        let archive = try Archive(1)
        let plan = ["plan", "--model", "demo", archive.folder["in"]]
        for (name, meant) in [("cuda", "gpu"), ("rocm:0", "gpu"), ("opencl", "auto")] {
            let result = try EchoGPUProcess(plan + ["--device", name])
            #expect(result.status == 69, "\(result.standardError)")
            #expect(result.standardError.contains("--device \(meant)"))
        }
        let half = try EchoGPUProcess(plan + ["--device", "cpu", "--precision", "fp16"])
        #expect(half.status == 64)
        #expect(half.standardError.contains("the CPU path computes in fp32"))
        #expect(try EchoGPUProcess(plan + ["--device", "h100"]).status == 0, "of another machine")
    }

    /// What `extract` refuses with these options, the plan says.
    @Test(arguments: [
        (["--level", "utterance"], "level was \"both\", is \"utterance\""),
        (["--layout", "files"], "begun with --layout parts"),
        (["--channels", "first"], "channels was \"mean\", is \"first\""), ([], nil),
        (["--sample-rate", "8000"], nil),
    ])
    func settingsThatTheFolderRefusesAreNamed(options: [String], difference: String?) throws {
        let archive = try Archive(2)
        _ = try archive.run("out")
        let out = archive.folder["out"]
        let plan = try EchoGPUProcess(["plan", "--output", out] + options + [archive.folder["in"]])
        #expect(plan.status == 0)
        #expect(plan.standardError.contains("refuses") == (difference != nil))
        if let difference { #expect(plan.standardError.contains(difference)) }
        let run = try EchoGPUProcess(
            ["extract", "--model", archive.place.model, "--device", "cpu", "--output", out]
                + options
                + [archive.folder["in"]])
        #expect((run.status == 64) == (difference != nil), "\(run.standardError)")
    }

    @Test func soundIsWhatARunFindsAndTheRestOfAFolder() throws {
        let archive = try Archive(12)
        let (input, out) = (archive.folder["in"], archive.folder["out"])
        let before = try Self.plan("--clips-per-second", "2", "--shards", "3", input)
        let headers = try #require(before["headers"] as? [String: Any])
        #expect(headers["header_count"] as? Int == 13 && headers["unknown_count"] as? Int == 1)
        let verbose = try EchoGPUProcess(["plan", "--verbose", input])
        #expect(verbose.standardOutput.contains("(--verbose names it)"))
        #expect(
            verbose.standardError.contains("libsndfile cannot read it"), "\(verbose.standardError)")
        let shards = try #require(before["shards"] as? [[String: Any]])
        let seconds = shards.compactMap { $0["run_seconds"] as? Double }
        let total = try Self.total(before)
        #expect(seconds.count == 3 && seconds.allSatisfy { $0 > 0 })
        #expect(abs((total["run_seconds"] as? Double ?? 0) - seconds.reduce(0, +)) < 1e-9)

        let run = try EchoGPUProcess(archive.arguments("out", ["--json"])).json()
        let sound = try #require(run["sound_seconds"] as? Double)
        let planned = try #require(total["sound_seconds"] as? Double)
        #expect(sound > 20 && abs(planned - sound) < 1e-9)
        // What is there takes no more time; what failed is left alone.
        let after = try Self.total(Self.plan("--clips-per-second", "2", "--output", out, input))
        #expect(after["missing_count"] as? Int == 0 && after["sound_seconds"] as? Double == 0)
        #expect(after["run_seconds"] as? Double == 0)
    }

    /// 8 s at 16 kHz are 50 patches and CLS in 7 bands, a clip of 10 s has 63 and one.
    @Test func hoursAndProcessesFollowTheSpeed() throws {
        let place = try Workplace()
        let samples = ExtractFixtures.sampleCount(frames: 800, sampleRate: 16_000)
        for name in ["a", "b"] {
            try place.folder.wav(
                "in/\(name).wav", [Float](repeating: 0.1, count: samples), sampleRate: 16_000)
        }
        let clips = 2 * 51.0 / 64
        let plan = try Self.plan(
            "--clips-per-second", "0.001", "--within", "20min", place.folder["in"])
        let seconds = try #require(try Self.total(plan)["run_seconds"] as? Double)
        #expect(abs(seconds - clips / 0.001) < 1e-6)
        #expect(plan["process_count"] as? Int == 2, "1593.75 s in 1200 s")
        func text(_ within: String) throws -> String {
            try EchoGPUProcess([
                "plan", "--clips-per-second", "0.001", "--within", within, place.folder["in"],
            ]).standardOutput
        }
        let some = try text("20min")
        #expect(some.contains("In 20 minutes: 2 processes, each with a device of its own."))
        #expect(some.contains("Look at their shards: --shards 2"))
        #expect(some.contains("headers of all 2 recordings"))
        #expect(try text("1h").contains("In 60 minutes: one process is enough.\n"))
    }

    /// A recording is never shared among processes, so that no number of them is quicker than the longest.
    @Test func aRecordingThatTakesTooLongIsNamed() throws {
        let place = try Workplace()
        try place.recording("in/short.wav")
        try place.folder.wav(
            "in/long.wav", [Float](repeating: 0.1, count: 160_000), sampleRate: 16_000)
        for (within, shown) in [("10min", "10 minutes"), ("0.0001s", "0.0001 s")] {
            let arguments = ["--clips-per-second", "0.001", "--within", within, place.folder["in"]]
            let plan = try EchoGPUProcess(["plan", "--json"] + arguments).json()
            #expect(plan["process_count"] == nil)
            let longest = try #require(plan["too_long"] as? [String: Any])
            #expect(longest["id"] as? String == "long.wav")
            #expect(abs((longest["run_seconds"] as? Double ?? 0) - 1000) < 1e-6)
            let text = try EchoGPUProcess(["plan"] + arguments).standardOutput
            #expect(
                text.contains(
                    "In \(shown): no number of processes is enough. \"long.wav\" alone takes 17 minutes"
                ), "\(text)")
        }
    }

    @Test func aSampleOfHeadersIsSaidToBeOne() throws {
        let archive = try Archive(30)
        let text = try EchoGPUProcess(["plan", "--headers", "5", archive.folder["in"]])
        #expect(text.standardOutput.contains("estimated from 5 of 31 headers"))
        #expect(text.standardOutput.contains("--clips-per-second"))
        let none = try EchoGPUProcess(["plan", "--headers", "0", archive.folder["in"]])
        #expect(none.standardOutput.contains("No header was read"))
    }

    /// The figures that `bench` keeps are found for the device and the model's sizes, and for nothing else.
    @Test func whatBenchKeptIsFound() throws {
        let place = try Workplace()
        let environment = place.cacheOfItsOwn
        let recording = try place.recording("in/a.wav")
        func plan(_ more: String...) throws -> EchoGPUProcess {
            try EchoGPUProcess(["plan"] + more + [recording], environment: environment)
        }
        let unknown = try plan("--model", place.model, "--device", "cpu", "--within", "1h")
        #expect(unknown.status == 0 && unknown.standardOutput.contains("echo-gpu bench --model"))
        #expect(unknown.standardOutput.contains("not known without a speed"))
        let bench = try EchoGPUProcess(
            [
                "bench", "--model", place.model, "--device", "cpu", "--seconds", "0.001",
                "--largest-batch", "4", "--sample-rate", "8000",
            ], environment: environment)
        #expect(bench.status == 0 && bench.standardError.contains("bench-"))

        let known = try plan("--model", place.model, "--device", "cpu", "--json").json()
        let speed = try #require(known["speed"] as? [String: Any])
        #expect(speed["source"] as? String == "bench" && speed["batch"] as? Int == 4)
        #expect(speed["sample_rate"] as? Int == 8000 && speed["level"] as? String == "utterance")
        #expect((speed["measured"] as? String)?.hasPrefix("20") == true)
        let seconds = try #require(try Self.total(known)["run_seconds"] as? Double)
        let clips = try #require(speed["clips_per_second"] as? Double)
        // 48 frames of half a second: 3 patches and CLS, of 63 and CLS.
        #expect(abs(seconds * clips - 4 / 64.0) < 1e-9)
        // Other sizes, and a device that is not here and that nobody measured.
        #expect(try plan("--model", "demo", "--device", "cpu", "--json").json()["speed"] == nil)
        let other = try plan("--model", place.model, "--device", "no such card", "--json")
        #expect(try other.json()["speed"] == nil)
        // One that is not here and was measured, by its name.
        let byName = try plan("--model", place.model, "--device", "onednn", "--json").json()
        #expect(byName["speed"] != nil)
    }

    @Test(arguments: FolderLayout.allCases)
    func bytesAreThoseThatARunWrites(layout: FolderLayout) throws {
        let place = try Workplace()
        for index in 0..<20 {
            try place.folder.wav(
                "in/\(index).wav",
                ExtractFixtures.signal(
                    seed: UInt64(index), sampleCount: 16_000 + 8000 * index, sampleRate: 16_000),
                sampleRate: 16_000)
        }
        let plan = try Self.plan(
            "--model", place.model, "--device", "cpu", "--level", "both", "--layout", "\(layout)",
            "--headers", "7", place.folder["in"])
        let planned = try #require(try Self.total(plan)["output_byte_count"] as? Int)
        let run = try place.extract(
            "--level", "both", "--layout", "\(layout)", place.folder["in"])
        #expect(run.status == 0, "\(run.standardError)")
        let written = try place.folder.files(in: "out").reduce(0) { sum, name in
            let path = place.folder["out/" + name]
            return try sum + Data(contentsOf: URL(fileURLWithPath: path)).count
        }
        // Lines of manifests are estimated.
        #expect(abs(Double(planned) / Double(written) - 1) < 0.1, "\(planned) \(written)")
    }

    /// What a run really takes is below what was planned, and not far.
    @Test(arguments: ["cpu", "auto"]) func aRunStaysWithinThePlannedMemory(device: String) throws {
        let place = try Workplace()
        let clip = ExtractFixtures.signal(seed: 1, sampleCount: 160_000, sampleRate: 16_000)
        for index in 0..<24 {
            try place.folder.wav("in/\(index).wav", clip, sampleRate: 16_000)
        }
        let common = ["--model", "demo", "--device", device, "--batch", "16"]
        let plan = try EchoGPUProcess(["plan", "--json"] + common + [place.folder["in"]]).json()
        let memory = try #require(plan["memory"] as? [String: Any])
        let planned = try #require(memory["host_byte_count"] as? Int)
        #expect(memory["segment_count"] as? Int == 16)
        let run = try EchoGPUProcess(
            [
                "-c",
                """
                import resource, subprocess, sys
                status = subprocess.run(sys.argv[1:]).returncode
                print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
                sys.exit(status)
                """, EchoGPUProcess.binary().path, "extract", "--json", "--output",
                place.folder["out"],
            ] + common + [place.folder["in"]], program: URL(fileURLWithPath: "/usr/bin/python3"))
        #expect(run.status == 0, "\(run.standardError)")
        let last = try #require(run.standardOutput.split(separator: "\n").last)
        let peak = 1024 * (try #require(Int(last)))
        #expect(peak <= planned && planned < 3 * peak, "\(peak) of \(planned)")
    }

    @Test func optionsThatMeanNothingAreRefused() throws {
        let place = try Workplace()
        let recording = try place.recording("in/a.wav")
        for arguments in [
            ["--within", "8"], ["--within=-1h"], ["--clips-per-second", "0"],
            ["--device", "cpu"], ["--headers=-1"],
            ["--write-manifest", place.folder["list.csv"]],
        ] {
            let result = try EchoGPUProcess(["plan"] + arguments + [recording])
            #expect(result.status == 64, "\(arguments): \(result.standardError)")
            let option = arguments[0].prefix { $0 != "=" }
            #expect(result.standardError.contains(option), "\(result.standardError)")
        }
        let hub = try EchoGPUProcess(
            ["plan", "--model", "nobody/nothing", recording],
            environment: ["HF_HUB_CACHE": place.folder["hub"]])
        #expect(hub.status == 68 && hub.standardError.contains("echo-gpu model pull"))
    }
}
