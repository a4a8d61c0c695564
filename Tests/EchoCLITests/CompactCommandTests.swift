import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// `compact` as users run it: the rows are the same before, after, and whenever it is killed.
@Suite(.serialized, .timeLimit(.minutes(20))) struct CompactCommandTests {
    /// What a folder's rows are by id and channel, as the readers of this room find them: their bytes.
    private static func rows(_ path: String) throws -> [String: [Float]] {
        var rows: [String: [Float]] = [:]
        for level in EmbeddingFiles.Level.allCases {
            let index = try ArchiveIndex(PartFolder(path: path), level: level)
            for width in index.widths.keys {
                let source = index.rows(ofWidth: width)
                var failure: (any Error)?
                try source.forEachEntry { range, entry in
                    var values = [Float](repeating: 0, count: range.count * width)
                    do {
                        try values.withUnsafeMutableBufferPointer {
                            try source.read(range, into: $0)
                        }
                    } catch {
                        failure = error
                    }
                    let key = "\(level) \(entry.source.id) \(entry.channel ?? -1)"
                    if rows.updateValue(values, forKey: key) != nil { failure = Twice(key: key) }
                }
                if let failure { throw failure }
            }
        }
        return rows
    }

    private struct Twice: Error { let key: String }

    /// An archive of many small parts: a run for every few recordings.
    private static func smallParts(_ count: Int, days: Int) throws -> Archive {
        let archive = try Archive(count)
        let names = try archive.folder.files(in: "in").sorted()
        let out = archive.folder["out"]
        for day in 0..<days {
            let list = names.prefix((day + 1) * names.count / days)
                .map { archive.folder["in/" + $0] }.joined(separator: "\n")
            let path = try archive.folder.text("day-\(day).txt", list + "\n")
            let run = try EchoGPUProcess([
                "extract", "--model", archive.place.model, "--device", "cpu", "--layout", "parts",
                "--level", "both", "--part-size", "64", "--output", out, "--manifest", path,
            ])
            #expect([0, 3].contains(run.status), "\(run.standardError)")
        }
        return archive
    }

    @Test func fewerPartsAndTheSameRows() throws {
        let archive = try Self.smallParts(60, days: 12)
        let out = archive.folder["out"]
        let before = try Self.rows(out)
        let files = try archive.bytes("out")

        let dry = try EchoGPUProcess(["compact", "--dry-run", "--json", out])
        #expect(dry.status == 0, "\(dry.standardError)")
        #expect(try dry.json()["is_dry_run"] as? Bool == true)
        #expect(try archive.bytes("out") == files, "nothing changed")

        let result = try EchoGPUProcess(["compact", "--json", out])
        #expect(result.status == 0, "\(result.standardError)")
        let changes = try #require(try result.json()["changes"] as? [String: Any])
        #expect(changes["part_count_before"] as? Int == 12)
        #expect(changes["part_count_after"] as? Int == 1)
        #expect(changes["recording_count"] as? Int == 61)
        #expect(try Self.rows(out) == before)
        #expect(try archive.entries("out").allSatisfy { $0.attempt == 1 })

        for command in [["inspect"], ["inspect", "--check"], ["compact"]] {
            let next = try EchoGPUProcess(command + [out])
            #expect(next.status == 0, "\(command): \(next.standardOutput)\(next.standardError)")
        }
        // A run finds nothing to do, and the one that failed is left alone.
        let list = archive.folder["day-11.txt"]
        let run = try EchoGPUProcess([
            "extract", "--model", archive.place.model, "--device", "cpu", "--json", "--output", out,
            "--manifest", list,
        ])
        #expect(run.status == 0, "\(run.standardError)")
        #expect(try run.json()["recording_count"] as? Int == 0)
        #expect(try archive.partCount("out") == 1)
    }

    /// Killed at seeded moments, from its start to its end: after each kill the rows are the earlier ones.
    @Test func killedAtAnyMomentItLeavesTheSameRows() throws {
        let archive = try Self.smallParts(48, days: 16)
        let out = archive.folder["out"]
        let before = try Self.rows(out)
        let original = archive.folder["original"]
        try FileManager.default.copyItem(atPath: out, toPath: original)
        func files() throws -> [String] { try archive.folder.files(in: "out") }
        // What is there at a moment of its work: what the kill waits for.
        let moments: [(String, ([String]) -> Bool)] = [
            ("it has begun", { _ in true }),
            ("it holds the lock", { $0.contains(".lock") }),
            ("it writes a table", { $0.contains { $0.hasPrefix(".segment-") } }),
            ("a table is in place", { $0.contains { $0.hasSuffix("-000016.npy") } }),
            ("the new part is there", { $0.contains("manifest-000016.jsonl") }),
            ("numbers are written down", { $0.contains("compacted.json") }),
            ("a manifest is gone", { !$0.contains("manifest-000000.jsonl") }),
            ("all manifests are gone", { !$0.contains("manifest-000015.jsonl") }),
            ("a table is gone", { !$0.contains { $0.hasSuffix("-000000.npy") } }),
        ]
        var killedCount = 0
        for (number, moment) in moments.enumerated() {
            for pause in [0, 300, 1500] {
                let run = try RunningEchoGPU(["compact", out])
                run.wait { moment.1((try? files()) ?? []) }
                usleep(UInt32(pause))
                run.send(SIGKILL)
                if run.end().isSignal { killedCount += 1 }
                #expect(try Self.rows(out) == before, "\(moment.0), \(pause) µs later")
                if (number + pause) % 2 == 0 {
                    // Every other time another compaction finishes what this one began.
                    let next = try EchoGPUProcess(["compact", out])
                    #expect(next.status == 0, "\(moment.0): \(next.standardError)")
                    #expect(try Self.rows(out) == before, "\(moment.0), and then to its end")
                    #expect(try archive.partCount("out") == 1)
                    let check = try EchoGPUProcess(["inspect", "--check", out])
                    #expect(check.status == 0, "\(check.standardOutput)")
                    #expect(try EchoGPUProcess(["inspect", out]).status == 0)
                    #expect(!(try files().contains { $0.hasPrefix(".") }))
                }
                try FileManager.default.removeItem(atPath: out)
                try FileManager.default.copyItem(atPath: original, toPath: out)
            }
        }
        #expect(killedCount >= 9, "of 27 kills so many struck one that was not through")
    }

    @Test func aFolderInUseIsRefused() throws {
        let archive = try Self.smallParts(6, days: 2)
        let out = archive.folder["out"]
        let lock = try OutputLock.take(folder: out, shard: Shard(2, of: 5), plan: "p")
        let result = try EchoGPUProcess(["compact", out])
        #expect(result.status == 4 && result.standardError.contains("process "))
        #expect(try EchoGPUProcess(["compact", "--dry-run", out]).status == 0, "which only reads")
        withExtendedLifetime(lock) {}
        #expect(try EchoGPUProcess(["compact", archive.folder["nowhere"]]).status == 66)
        #expect(try EchoGPUProcess(["compact", archive.folder["in"]]).status == 65)
    }

    /// The arrays of a folder of files are left alone.
    @Test func inAFolderOfFilesManifestsAreJoined() throws {
        let runs = try EitherLayout(.files)
        let path = try runs.recording("a.wav")
        for seed in 1...3 {
            try runs.recording("a.wav", seed: UInt64(seed), modified: 1e9 + Double(seed))
            #expect(try runs.extract(path).status == 0)
        }
        let value = try runs.value("a.wav")
        #expect(try runs.entries().count == 3)
        let result = try EchoGPUProcess(["compact", runs.folder["out"]])
        #expect(
            result.status == 0
                && result.standardOutput.contains(
                    "of 1 manifest 1 was written anew, with 1 recording.")
        )
        #expect(try runs.entries().map(\.attempt) == [3])
        #expect(try runs.value("a.wav") == value)
        #expect(try EchoGPUProcess(["inspect", "--check", runs.folder["out"]]).status == 0)
        // A run goes on where it was.
        #expect(try runs.extract(path, "--json").json()["recording_count"] as? Int == 0)
    }
}
