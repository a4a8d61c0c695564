import EchoTestSupport
import Foundation
import Testing

/// Runs over folders that hold their own output.
@Suite(.timeLimit(.minutes(20))) struct OwnOutputRunTests {
    private static func place() throws -> Workplace {
        let place = try Workplace()
        try place.recording("in/a.wav")
        try FileManager.default.copyItem(
            atPath: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../Fixtures/signals/vector.npy").standardized.path,
            toPath: place.folder["in/b.npy"])
        return place
    }

    /// Beside the recordings, among them, and called by another path.
    @Test(arguments: ["in/out", "in", "in/../in/sub/out"], ["files", "parts"])
    func eachRunFindsWhatTheFirstDid(output: String, layout: String) throws {
        let place = try Self.place()
        for run in 0..<3 {
            let result = try EchoGPUProcess([
                "extract", "--model", place.model, "--device", "cpu", "--sample-rate", "1000",
                "--layout", layout, "--json", "--output", place.folder.path + "/" + output,
                place.folder["in"],
            ])
            #expect(result.status == 0, "\(result.standardError)")
            let summary = try result.json()
            let counts = ["recording_count", "embedded_before_count"].map {
                summary[$0] as? Int ?? -1
            }
            #expect(counts.reduce(0, +) == 2, "run \(run): \(result.standardOutput)")
            let skipped = summary["skipped"] as? [String: Any]
            let own = ["own_file_count", "own_folder_count"].compactMap { skipped?[$0] as? Int }
            #expect((own.reduce(0, +) > 0) == (run > 0), "run \(run): \(result.standardOutput)")
        }
    }

    @Test func skippedFilesAreMentionedInTextAndJSON() throws {
        let place = try Self.place()
        for name in ["c.m4a", "d.tdms"] { try place.folder.text("in/" + name, "x") }
        let text = try place.extract(place.folder["in"])
        #expect(text.status == 0)
        #expect(text.standardOutput.contains("Skipped 1 .npy file: take them with --sample-rate."))
        let plan = try EchoGPUProcess(["plan", place.folder["in"]])
        for ending in [".m4a", ".tdms", ".npy"] {
            #expect(text.standardOutput.contains(ending))
            #expect(plan.standardOutput.contains(ending))
        }
        let skipped = try place.extract("--json", place.folder["in"]).json()["skipped"]
        let endings = (skipped as? [String: Any])?["endings"] as? [[String: Any]]
        #expect(endings?.compactMap { $0["ending"] as? String } == [".m4a", ".npy", ".tdms"])
        let planned = try EchoGPUProcess(["plan", "--json", place.folder["in"]]).json()["skipped"]
        #expect((planned as? [String: Any])?["count"] as? Int == 3)
    }

    /// Names of both forms of a letter, one that begins with a combining mark, in both layouts.
    @Test(arguments: ["files", "parts"])
    func namesThatStringsConfuseAreOtherRecordings(layout: String) throws {
        let place = try Workplace()
        let recording = try Data(contentsOf: URL(fileURLWithPath: try place.recording("x.wav")))
        try FileManager.default.createDirectory(
            atPath: place.folder["in"], withIntermediateDirectories: true)
        for name in ["\u{301}m", "\u{E9}", "e\u{301}", "\u{E9}.bad", "e\u{301}.bad"] {
            let path = place.folder.path + "/in/" + name + ".wav"
            let content = name.hasSuffix("bad") ? Data("none".utf8) : recording
            #expect(FileManager.default.createFile(atPath: path, contents: content))
        }
        let result = try place.extract("--layout", layout, place.folder["in"])
        #expect(result.status == 3)
        #expect(result.standardOutput.contains("Embedded 3 of 5"), "\(result.standardOutput)")
        let errors = try String(contentsOfFile: place.folder["out/errors.jsonl"], encoding: .utf8)
        #expect(errors.split(separator: "\n").count == 2)
        let inspection = try EchoGPUProcess(["inspect", "--json", place.folder["out"]]).json()
        #expect(inspection["recording_count"] as? Int == 3)
        #expect(inspection["failed_count"] as? Int == 2)
    }

    /// The log of a run, whose file grows, and the list that a plan writes.
    @Test func whatARunWritesBesideItsOutputIsNoRecording() throws {
        let place = try Workplace()
        try place.folder.text(
            "in/a.dat", (0..<600).map { "\(Double($0 * 7 % 100) / 10)\n" }.joined())
        for run in 0..<2 {
            let result = try place.extract(
                "--text", "--sample-rate", "1000", "--json", "--log-file",
                place.folder["in/run.txt"], "--metrics-file", place.folder["in/m.prom"],
                place.folder["in"])
            #expect(result.status == 0, "\(result.standardError)")
            #expect(try result.json()["recording_count"] as? Int == (run == 0 ? 1 : 0))
        }
        try place.folder.text("other/a.dat", "1\n2\n")
        let list = place.folder["other/list.jsonl"]
        for _ in 0..<2 {
            let plan = try EchoGPUProcess([
                "plan", "--text", "--sample-rate", "1000", "--write-manifest", list,
                place.folder["other"],
            ])
            #expect(plan.status == 0, "\(plan.standardError)")
            let lines = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 1)
        }
    }
}
