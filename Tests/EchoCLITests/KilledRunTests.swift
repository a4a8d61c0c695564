import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// A run that dies and is started again leaves what an uninterrupted one leaves, to the byte.
@Suite(.serialized, .timeLimit(.minutes(20))) struct KilledRunTests {
    /// Seeded: which part a kill waits for, and how long after.
    private struct Moments {
        private var state: UInt64 = 20_260

        mutating func next(below bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
    }

    @Test func killedFiftyTimesItLeavesTheBytesOfAnUninterruptedRun() throws {
        let archive = try Archive(420)
        #expect(try archive.run("whole").status == 3)
        let whole = try archive.bytes("whole")
        let wholePartCount = try archive.partCount("whole")

        var moments = Moments()
        var killedCount = 0
        for kill in 0..<50 {
            let run = try RunningEchoGPU(archive.arguments("killed"))
            if kill % 4 == 0 {
                // Anywhere, its start included.
                usleep(UInt32(moments.next(below: 60_000)))
            } else {
                // Somewhere in the part after the next one.
                let target = try archive.partCount("killed") + Int(moments.next(below: 3))
                try run.wait { try archive.partCount("killed") >= target }
                usleep(UInt32(moments.next(below: 4000)))
            }
            run.send(SIGKILL)
            let partCount = try archive.partCount("killed")
            if run.end().isSignal, partCount < wholePartCount { killedCount += 1 }
        }
        #expect(killedCount >= 40, "of 50 kills so many struck a run that was not through")
        let last = try archive.run("killed")
        #expect([0, 3].contains(last.status), "\(last.standardError)")

        let killed = try archive.bytes("killed")
        #expect(killed.keys.sorted() == whole.keys.sorted())
        for (name, bytes) in whole { #expect(killed[name] == bytes, "\(name) differs") }
        let ids = try archive.entries("killed").map(\.source.id)
        #expect(ids.count == archive.goodCount + 1)
        #expect(Set(ids).count == ids.count, "no recording twice")
        #expect(try EchoGPUProcess(["inspect", archive.folder["killed"]]).status == 0)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalStopsWithWhatIsWholeCommitted(signal: Int32) throws {
        let archive = try Archive(120)
        #expect(try archive.run("whole").status == 3)
        let run = try RunningEchoGPU(archive.arguments("stopped"))
        try run.wait { try archive.partCount("stopped") > 0 }
        run.send(signal)
        let end = run.end()
        let text = try run.standardError
        #expect(end.status == 75 && !end.isSignal, "\(text)")
        #expect(text.contains("stopping"))
        #expect(try archive.partCount("stopped") > 0)
        let left = try archive.folder.files(in: "stopped")
        #expect(left.allSatisfy { !$0.hasPrefix(".") }, "neither lock nor temporary file: \(left)")
        // The broken recording may have failed before the stop.
        #expect([0, 3].contains(try archive.run("stopped").status))
        #expect(try archive.bytes("stopped") == archive.bytes("whole"))
    }

    @Test func aSecondSignalStopsAtOnce() throws {
        let archive = try Archive(120)
        #expect(try archive.run("whole").status == 3)
        let run = try RunningEchoGPU(archive.arguments("stopped"))
        try run.wait { try archive.partCount("stopped") > 0 }
        run.send(SIGTERM)
        run.wait { (try? run.standardError.contains("stopping")) == true }
        run.send(SIGINT)
        #expect(run.end().status == 75)
        // The broken recording may have failed before the stop.
        #expect([0, 3].contains(try archive.run("stopped").status))
        #expect(try archive.bytes("stopped") == archive.bytes("whole"))
    }

    @Test func aSignalKeepsFinishedFilesAndNoTemporaryOnes() throws {
        let archive = try Archive(120)
        let out = archive.folder["files"]
        let run = try RunningEchoGPU([
            "extract", "--model", archive.place.model, "--device", "cpu", "--batch", "4",
            "--output", out, archive.folder["in"],
        ])
        func files() -> [String] { (try? archive.folder.files(in: "files")) ?? [] }
        run.wait { files().contains { $0.hasSuffix(".utterance.npy") } }
        run.send(SIGTERM)
        #expect(run.end().status == 75)
        let records = ["errors.jsonl", "manifest-000000.jsonl", "run.json"]
        let left = files().filter { !records.contains($0) }
        #expect(!left.isEmpty && left.allSatisfy { $0.hasSuffix(".utterance.npy") }, "\(left)")
        for name in left { _ = try NPYFile.read(out + "/" + name) }
    }

    /// Every embedding that a line names is there; what is missing is made, and nothing else.
    @Test func killedThirtyTimesAFolderOfFilesIsCompleted() throws {
        let archive = try Archive(240)
        func arguments(_ out: String) -> [String] {
            [
                "extract", "--model", archive.place.model, "--device", "cpu", "--level", "both",
                "--batch", "8", "--output", archive.folder[out], archive.folder["in"],
            ]
        }
        #expect(try EchoGPUProcess(arguments("whole")).status == 3)
        let lineCount = archive.goodCount + 1
        var moments = Moments()
        for _ in 0..<30 {
            let run = try RunningEchoGPU(arguments("killed"))
            let before = (try? archive.entries("killed").count) ?? 0
            let target = before + Int(moments.next(below: 12))
            run.wait {
                ((try? archive.entries("killed").count) ?? 0) >= min(target, lineCount - 1)
            }
            usleep(UInt32(moments.next(below: 5000)))
            run.send(SIGKILL)
            run.end()
            for entry in try archive.entries("killed") {
                guard case .embedded(let embedding) = entry.outcome else { continue }
                for place in [embedding.utterance, embedding.segments] {
                    _ = try NPYFile.read(archive.folder["killed/" + (try #require(place).file)])
                }
            }
        }
        #expect([0, 3].contains(try EchoGPUProcess(arguments("killed")).status))
        let (killed, whole) = (try archive.bytes("killed"), try archive.bytes("whole"))
        #expect(killed.keys.sorted() == whole.keys.sorted(), "and no temporary file")
        for (name, bytes) in whole where name.hasSuffix(".npy") {
            #expect(killed[name] == bytes, "\(name) differs")
        }
        let entries = try archive.entries("killed")
        #expect(entries.count == lineCount && entries.allSatisfy { $0.attempt == 1 })
        #expect(Set(entries.map(\.source.id)).count == lineCount)
        #expect(try EchoGPUProcess(["inspect", archive.folder["killed"]]).status == 0)
    }
}
