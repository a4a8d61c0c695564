import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Recordings that fail are named when they do, on stderr and in the log file, however long the run goes on.
@Suite(.timeLimit(.minutes(20))) struct FailureMessageTests {
    @Test(arguments: [FolderLayout.files, .parts])
    func failuresAreNamedWhileTheRunGoesOn(layout: FolderLayout) throws {
        let long = try LongRun()
        let bad = try long.place.folder.text("bad.wav", "no recording")
        let log = long.place.folder["run.log"]
        var arguments = long.arguments("--layout", "\(layout)", "--log-file", log)
        // In parts it is the turn of what stands first.
        let first = try #require(arguments.firstIndex { $0.hasSuffix("ten-hours.wav") })
        arguments.insert(bad, at: first)
        let run = try RunningEchoGPU(arguments)
        run.wait {
            (try? String(contentsOfFile: log, encoding: .utf8))?.contains(bad + ": ") == true
        }
        let isRunning = run.isRunning
        run.wait { (try? run.standardError)?.contains("error: \(bad): ") == true }
        run.send(SIGTERM)
        #expect(run.end().status == 75)
        #expect(isRunning)
        let text = try run.standardError
        #expect(text.contains("echo-gpu: error: \(bad): "), "\(text)")
        #expect(text.components(separatedBy: bad).count == 2, "once: \(text)")
    }

    /// What could not be searched, what failed and what is unusual: each once, with the code.
    @Test(arguments: [FolderLayout.files, .parts])
    func eachOnce(layout: FolderLayout) throws {
        let place = try EitherLayout(layout)
        let whole = try Data(contentsOf: URL(fileURLWithPath: place.recording("in/cut.wav")))
        try whole.dropLast(4000).write(to: URL(fileURLWithPath: place.folder["in/cut.wav"]))
        try place.folder.text("in/bad.wav", "no recording")
        try FileManager.default.createSymbolicLink(
            atPath: place.folder["in/link.wav"], withDestinationPath: "nowhere.wav")
        let run = try place.extract("--log-format", "json", place.folder["in"])
        #expect(run.status == 3, "\(run.standardError)")
        let objects = try run.standardError.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        func count(_ name: String, _ level: String, _ member: String) -> Int {
            objects.count {
                $0["recording"] as? String == place.folder["in/\(name)"]
                    && $0["level"] as? String == level && $0[member] is String
            }
        }
        #expect(count("bad.wav", "error", "code") == 1, "\(run.standardError)")
        #expect(count("link.wav", "error", "code") == 1, "\(run.standardError)")
        #expect(count("cut.wav", "warning", "note") == 1, "\(run.standardError)")
    }
}
