import EchoTestSupport
import Foundation
import Testing

/// `--progress json` and `plain`: lines for programs and for log files.
@Suite(.serialized, .timeLimit(.minutes(20))) struct ProgressLinesTests {
    /// The objects of lines that are JSON.
    private static func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").filter { $0.hasPrefix("{") }.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(object as? [String: Any])
        }
    }

    private static let members: Set<String> = [
        "type", "timestamp", "phase", "percent", "recordings_finished", "recordings_total",
        "recordings_failed", "bytes_done", "bytes_total", "bytes_read", "segments",
        "sound_seconds", "times_real_time", "elapsed_seconds", "eta_seconds", "exit_status",
    ]

    @Test(arguments: ["files", "parts"])
    func theLastObjectSaysThatAllIsDone(layout: String) throws {
        let place = try Workplace()
        for name in ["a", "b", "c"] { try place.recording("in/\(name).wav") }
        try place.folder.text("in/bad.wav", "no recording")
        let result = try place.extract(
            "--progress", "json", "--layout", layout, place.folder["in"])
        #expect(result.status == 3)
        let objects = try Self.objects(result.standardError)
        #expect(objects.allSatisfy { Set($0.keys) == Self.members })
        #expect(objects.allSatisfy { $0["type"] as? String == "progress" })
        #expect(objects.dropLast().allSatisfy { $0["exit_status"] is NSNull })
        let last = try #require(objects.last)
        #expect(last["phase"] as? String == "ended" && last["exit_status"] as? Int == 3)
        #expect(last["recordings_finished"] as? Int == 4 && last["recordings_total"] as? Int == 4)
        #expect(last["recordings_failed"] as? Int == 1 && last["percent"] as? Double == 100)
        #expect(last["sound_seconds"] as? Double == 1.5 && last["segments"] as? Int == 3)
        let size = try place.folder.byteCount(in: "in")
        for member in ["bytes_done", "bytes_total"] {
            #expect(last[member] as? Int == size, "\(member)")
        }
        // The one that is none has no samples to be counted.
        #expect(last["bytes_read"] as? Int == size - 12)
    }

    /// While one file is embedded the numbers rise, and a stop is the last thing that they say.
    @Test func aFileThatIsEmbeddedIsCounted() throws {
        let long = try LongRun()
        let run = try RunningEchoGPU(long.arguments("--progress", "json"))
        try run.wait {
            let objects = try Self.objects(Self.whole(run.standardError))
            return Set(objects.compactMap { $0["bytes_done"] as? Int }).count >= 3
                && objects.contains { $0["eta_seconds"] is Double }
        }
        run.send(SIGTERM)
        #expect(run.end().status == 75)
        let objects = try Self.objects(run.standardError)
        let counts = objects.compactMap { $0["bytes_done"] as? Int }
        #expect(zip(counts, counts.dropFirst()).allSatisfy(<=), "\(counts)")
        #expect(Set(counts).count >= 3 && counts.allSatisfy { $0 < 576_000_044 })
        let sound = objects.compactMap { $0["sound_seconds"] as? Double }
        #expect(sound == sound.sorted() && (sound.last ?? 0) > 0)
        let last = try #require(objects.last)
        #expect(last["phase"] as? String == "ended" && last["exit_status"] as? Int == 75)
        #expect(last["recordings_finished"] as? Int == 0 && last["eta_seconds"] is NSNull)
    }

    /// Without the part of a line that is still being written.
    private static func whole(_ text: String) -> String {
        String(text[..<(text.lastIndex(of: "\n") ?? text.startIndex)])
    }

    /// With messages in JSON too, every line is an object.
    @Test func allOfStandardErrorIsJSON() throws {
        let place = try Workplace()
        try place.recording("in/a.wav")
        try place.folder.text("in/bad\u{1B}[31m\nline.wav", "no recording")
        let result = try place.extract(
            "--progress", "json", "--log-format", "json", "--verbose", place.folder["in"])
        #expect(result.status == 3)
        let lines = result.standardError.split(separator: "\n")
        let objects = try Self.objects(result.standardError)
        #expect(lines.count == objects.count)
        let types = Set(objects.compactMap { $0["type"] as? String })
        #expect(types == ["log", "progress"])
        let failure = try #require(objects.first { $0["code"] != nil })
        #expect(failure["level"] as? String == "error")
        #expect(failure["recording"] as? String == place.folder["in/bad\u{1B}[31m\nline.wav"])
        #expect(!(failure["reason"] as? String ?? "").isEmpty)
    }

    /// Lines of a run that takes no 10 s would say nothing that its summary does not.
    @Test func aShortRunHasNoLines() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let start = ContinuousClock.now
        let result = try place.extract("--progress", "plain", path)
        #expect(result.status == 0)
        // On a machine that has much else to do it may take longer.
        if ContinuousClock.now - start < .seconds(10) {
            #expect(!result.standardError.contains(" %"), "\(result.standardError)")
        }
        #expect(!result.standardError.contains("{"))
    }

    @Test func aLongRunHasLinesAndALastOne() throws {
        let long = try LongRun()
        let run = try RunningEchoGPU(long.arguments())
        try run.wait { try run.standardError.contains(" %") }
        run.send(SIGTERM)
        #expect(run.end().status == 75)
        let lines = try run.standardError.split(separator: "\n").filter { $0.contains(" %") }
        #expect(lines.count >= 2, "one every 10 s, and one at the end: \(lines)")
        #expect(lines.allSatisfy { $0.hasPrefix("echo-gpu: [") }, "\(lines)")
    }
}
