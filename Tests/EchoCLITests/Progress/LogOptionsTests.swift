import EchoTestSupport
import Foundation
import Testing

/// What is said, how much of it, and where: `-q`, `-v`, `--log-file`, `--log-format`.
@Suite(.timeLimit(.minutes(20))) struct LogOptionsTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    @Test(arguments: ["-q", "--quiet"])
    func quietSaysNothingOfARunThatSucceeds(option: String) throws {
        let path = try place.recording("a.wav")
        let result = try place.extract(option, path)
        #expect(result.status == 0)
        #expect(result.standardError.isEmpty && result.standardOutput.isEmpty)
        #expect(FileManager.default.fileExists(atPath: place.folder["out/a.wav.utterance.npy"]))
    }

    @Test func quietNamesWhatFails() throws {
        try place.recording("in/a.wav")
        let bad = try place.folder.text("in/bad.wav", "no recording")
        let result = try place.extract("-q", place.folder["in"])
        #expect(result.status == 3 && result.standardOutput.isEmpty)
        let lines = result.standardError.split(separator: "\n")
        #expect(lines.count == 1 && lines[0].hasPrefix("echo-gpu: error: \(bad): "), "\(lines)")
        let wrong = try EchoGPUProcess([
            "extract", "-q", "--model", "demo", "--device", "99:7", "--output",
            place.folder["none"], place.folder["in"],
        ])
        #expect(wrong.status == 69)
        #expect(wrong.standardError.split(separator: "\n").count == 1, "\(wrong.standardError)")
    }

    /// What was asked for is no chatter.
    @Test func quietKeepsWhatIsAskedFor() throws {
        let path = try place.recording("a.wav")
        let result = try place.extract("-q", "--json", path)
        #expect(result.status == 0 && result.standardError.isEmpty)
        #expect(try !result.json().isEmpty)
        let score = try EchoGPUProcess([
            "plan", "-q", place.folder["a.wav"],
        ])
        #expect(score.standardError.isEmpty && score.standardOutput.contains("recordings"))
    }

    @Test func quietAndVerboseAreRefusedTogether() throws {
        let result = try place.extract("-q", "-v", "a.wav")
        #expect(result.status == 64)
        #expect(result.standardError.contains("--quiet and --verbose"))
    }

    /// The file has all that the console may show, and more, however little the console does show.
    @Test func theLogFileHasEverything() throws {
        try place.recording("in/a.wav")
        let bad = try place.folder.text("in/bad.wav", "no recording")
        let log = place.folder["run.log"]
        let result = try place.extract("-q", "--log-file", log, place.folder["in"])
        #expect(result.status == 3)
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        let pattern =
            #/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|info|notice|warning|error): .+$/#
        for line in lines { #expect(line.wholeMatch(of: pattern) != nil, "\(line)") }
        for part in [
            " info: echo-gpu ", " began: ", " notice: ", " error: \(bad): ",
            " info: Embedded 1 of 2", " info: ended with exit status 3",
            " debug: The largest memory plan of a batch took ",
        ] {
            #expect(lines.contains { $0.contains(part) }, "\(part): \(lines)")
        }
        // Another run goes on behind it.
        #expect(try place.extract("--log-file", log, place.folder["in"]).status == 0)
        let more = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(more.count > lines.count && Array(more.prefix(lines.count)) == lines)
    }

    @Test func theLogFileAsJSON() throws {
        try place.recording("in/a.wav")
        let bad = try place.folder.text("in/bad.wav", "no recording")
        let log = place.folder["run.jsonl"]
        let result = try place.extract(
            "--log-file", log, "--log-format", "json", place.folder["in"])
        #expect(result.status == 3)
        let objects = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map {
            try #require(
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let levels: Set<String> = ["debug", "info", "notice", "warning", "error"]
        for object in objects {
            #expect(object["type"] as? String == "log")
            #expect(levels.contains(object["level"] as? String ?? ""))
            let time = try #require(object["timestamp"] as? String)
            #expect(time.hasSuffix("Z") && time.count == 24, "\(time)")
            #expect(!(object["message"] as? String ?? "").isEmpty)
        }
        let failure = try #require(objects.first { $0["level"] as? String == "error" })
        #expect(failure["recording"] as? String == bad)
        #expect(failure["code"] as? String == "unreadable")
        #expect(objects.last?["exit_status"] as? Int == 3)
    }

    /// With a format that was asked for, the console has times and levels too.
    @Test func textWithTimesOnTheConsole() throws {
        let path = try place.recording("a.wav")
        let result = try place.extract("--log-format", "text", path)
        let lines = result.standardError.split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines { #expect(line.contains(#/^\d{4}-.*Z [a-z]+: /#), "\(line)") }
    }

    @Test(arguments: ["no/such/folder/run.log", "in"])
    func aLogFileThatCannotBeOpenedStopsBeforeAnyWork(name: String) throws {
        try place.recording("in/a.wav")
        let result = try place.extract("--log-file", place.folder[name], place.folder["in"])
        #expect(result.status == 73, "\(result.standardError)")
        #expect(result.standardError.contains("log file \(place.folder[name])"))
        #expect(!FileManager.default.fileExists(atPath: place.folder["out"]))
    }

    /// A disk that is full later on is no reason to stop: it is said once.
    @Test func aLogFileThatCannotBeWrittenIsSaidOnce() throws {
        let path = try place.recording("a.wav")
        let result = try place.extract("-v", "--log-file", "/dev/full", path)
        #expect(result.status == 0, "\(result.standardError)")
        #expect(
            result.standardError.components(separatedBy: "cannot be written").count == 2,
            "\(result.standardError)")
    }

    @Test func otherCommandsHaveThemToo() throws {
        try place.recording("in/a.wav")
        try place.recording("in/b.wav")
        #expect(try place.extract(place.folder["in"]).status == 0)
        let out = place.folder["out"]
        for (number, arguments) in [
            ["plan", place.folder["in"]], ["score", "--test", out, "--loocv", "--device", "cpu"],
            ["search", "--in", out, "a.wav", "--device", "cpu"],
            ["report", out, "--output", place.folder["page.html"]],
            [
                "spectrogram", place.folder["in/a.wav"], "--output", place.folder["a.npy"],
                "--device", "cpu",
            ],
        ].enumerated() {
            let log = place.folder["\(number).jsonl"]
            let result = try EchoGPUProcess(
                arguments + ["-q", "--log-file", log, "--log-format", "json"])
            #expect(result.status == 0, "\(arguments): \(result.standardError)")
            #expect(result.standardError.isEmpty, "\(arguments): \(result.standardError)")
            let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
            #expect(lines[0].contains("\"message\":\"echo-gpu ") && lines[0].contains(" began: "))
            #expect(lines.last?.contains("ended with exit status 0") == true, "\(lines)")
        }
        let log = place.folder["failed.log"]
        let result = try EchoGPUProcess(["plan", "--log-file", log, place.folder["none"]])
        #expect(result.status == 66)
        #expect(
            try String(contentsOfFile: log, encoding: .utf8).hasSuffix(
                "info: ended with exit status 66\n"))
    }

    /// What is there is not what --trace writes, and each of the three has a file of its own.
    @Test func aTraceReplacesNothingElse() throws {
        let path = try place.recording("a.wav")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(try place.extract(path).status == 0)
        let record = place.folder["out/run.json"]
        for file in [path, record] {
            let result = try place.extract("--trace", file, path)
            #expect(result.status == 73, "\(result.standardError)")
            #expect(result.standardError.contains("the trace \(file) cannot be written"))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try EchoGPUProcess(["inspect", place.folder["out"]]).status == 0)
        let trace = place.folder["trace.json"]
        for _ in 0..<2 { #expect(try place.extract("--trace", trace, path).status == 0) }
        let both = try place.extract("--trace", trace, "--log-file", trace, path)
        #expect(both.status == 64)
    }

    /// Nobody reads it: that is an error, and no wait without an end.
    @Test func aFIFOWithoutAReaderIsNoLogFile() throws {
        let path = try place.recording("a.wav")
        #expect(mkfifo(place.folder["fifo"], 0o600) == 0)
        #expect(try place.extract("--log-file", place.folder["fifo"], path).status == 73)
    }

    /// A slip makes a recording the log file: it must not cost the recording.
    @Test func aLogFileThatIsARecordingIsRefused() throws {
        let path = try place.recording("a.wav")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let result = try place.extract("--log-file", path, path)
        #expect(result.status == 73, "\(result.standardError)")
        #expect(result.standardError.contains("is no text, so it stays as it is"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
}
