import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Several processes that share one output folder.
@Suite(.timeLimit(.minutes(20))) struct ShardCommandTests {
    @Test func shardsOfOneFolderHoldEverythingOnce() throws {
        let archive = try Archive(30)
        let runs = try (0..<3).map { index in
            try RunningEchoGPU(archive.arguments("out", ["--shard", "\(index)/3"]))
        }
        let statuses = runs.map { $0.end().status }
        #expect(statuses.sorted() == [0, 0, 3], "one of them has the bad recording")
        let ids = try archive.entries("out").map(\.source.id)
        #expect(ids.count == 31 && Set(ids).count == 31)
        #expect(try EchoGPUProcess(["inspect", archive.folder["out"]]).status == 0)
        #expect(!(try archive.folder.files(in: "out").contains { $0.hasPrefix(".") }))

        // The bytes do not depend on which ran first, or beside which.
        for index in 0..<3 { _ = try archive.run("again", "--shard", "\(index)/3") }
        #expect(try archive.bytes("again") == archive.bytes("out"))
        // Nothing is left for one that runs unsharded, or in another number of shards.
        for more in [[], ["--shard", "1/2"]] {
            let rest = try EchoGPUProcess(archive.arguments("out", ["--json"] + more)).json()
            #expect(rest["recording_count"] as? Int == 0)
        }
    }

    @Test func theEnvironmentOfABatchSystemSaysWhichShard() throws {
        let archive = try Archive(6)
        func run(_ environment: [String: String], _ shard: String) throws -> EchoGPUProcess {
            try EchoGPUProcess(
                archive.arguments("out", ["--shard", shard]), environment: environment)
        }
        let array = ["SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_MIN": "4"]
        _ = try run(array.merging(["SLURM_ARRAY_TASK_COUNT": "3"]) { $1 }, "auto")
        _ = try run(["SLURM_PROCID": "0", "SLURM_NTASKS": "3"], "auto")
        _ = try run(["JOB_COMPLETION_INDEX": "2"], "auto/3")
        #expect(try archive.entries("out").count == 7)
        let shards = try PartFolder(path: archive.folder["out"]).parts.map(\.shard)
        #expect(Set(shards) == [Shard(0, of: 3), Shard(1, of: 3), Shard(2, of: 3)])

        let none = try run([:], "auto")
        #expect(none.status == 64 && none.standardError.contains("SLURM_ARRAY_TASK_ID"))
        let uncounted = try run(["JOB_COMPLETION_INDEX": "2"], "auto")
        #expect(uncounted.status == 64 && uncounted.standardError.contains("auto/4"))
        let beyond = try run(["JOB_COMPLETION_INDEX": "3"], "auto/3")
        #expect(beyond.status == 64 && beyond.standardError.contains("JOB_COMPLETION_INDEX"))
        #expect(try EchoGPUProcess(archive.arguments("out", ["--shard", "3/3"])).status == 64)
    }

    @Test func thePlanSaysWhatIsThereAndWhatIsMissing() throws {
        let archive = try Archive(10)
        #expect(try archive.run("out", "--shard", "0/2").status >= 0)
        let arguments = [
            "plan", "--shards", "2", "--part-size", "3", "--output", archive.folder["out"],
            archive.folder["in"],
        ]
        let text = try EchoGPUProcess(arguments)
        #expect(text.status == 0 && text.standardOutput.contains("0/2"))
        let plan = try EchoGPUProcess(arguments + ["--json"]).json()
        let shards = try #require(plan["shards"] as? [[String: Any]])
        let total = try #require(plan["total"] as? [String: Any])
        #expect(shards.map { $0["shard"] as? String } == ["0/2", "1/2"])
        #expect(shards[0]["missing_count"] as? Int == 0)
        #expect(shards[1]["missing_count"] as? Int == shards[1]["recording_count"] as? Int)
        #expect(total["recording_count"] as? Int == 11)
    }

    @Test func aSecondProcessIsRefusedAndTheFirstIsNamed() throws {
        let archive = try Archive(4)
        let out = try archive.folder.file("out/x")
        let folder = URL(fileURLWithPath: out).deletingLastPathComponent().path
        let lock = try OutputLock.take(folder: folder, shard: .whole, plan: "here")
        let second = try archive.run("out")
        #expect(second.status == 4)
        #expect(second.standardError.contains("process \(getpid())"), "\(second.standardError)")
        let sharded = try archive.run("out", "--shard", "0/2")
        #expect(sharded.status == 4, "another number of shards")
        #expect(sharded.standardError.contains("in 1 shard, not in 2"))
        let files = try archive.place.extract(archive.folder["in"])
        #expect(files.status == 4, "files or parts, it is one folder")
        withExtendedLifetime(lock) {}
    }

    @Test func shardsOfOtherInputsAreRefusedWhileOneRuns() throws {
        let archive = try Archive(4)
        let out = try archive.folder.file("out/x")
        let folder = URL(fileURLWithPath: out).deletingLastPathComponent().path
        let lock = try OutputLock.take(folder: folder, shard: Shard(0, of: 2), plan: "other inputs")
        let second = try archive.run("out", "--shard", "1/2")
        #expect(second.status == 4)
        #expect(second.standardError.contains("inputs"), "\(second.standardError)")
        withExtendedLifetime(lock) {}
    }

    @Test func theLockOfADeadProcessIsNone() throws {
        let archive = try Archive(200)
        let run = try RunningEchoGPU(archive.arguments("out"))
        try run.wait { try archive.partCount("out") > 0 }
        run.send(SIGKILL)
        #expect(run.end().isSignal)
        #expect(try archive.folder.files(in: "out").contains(".lock"))
        #expect([0, 3].contains(try archive.run("out").status))
    }
}
