import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Disks that are full or read-only, recordings that vanish, links where files should be.
@Suite(.serialized, .timeLimit(.minutes(20))) struct FaultTests {
    @Test func aFullDiskEndsTheRunAndLosesNothing() throws {
        let archive = try Archive(60)
        #expect(try archive.run("whole").status == 3)
        let disk = try SmallDisk(archive.folder.file("out"), byteCount: 96 << 10)
        guard let disk else { return SmallDisk.note() }
        let full = try archive.run("out")
        #expect(full.status == 74 || full.status == 73, "\(full.standardError)")
        #expect(full.standardError.contains("the disk is full"))
        let parts = try archive.partCount("out")
        #expect(parts > 0)
        #expect(try archive.entries("out").count == parts * Archive.partSize)
        let left = try archive.folder.files(in: "out").filter { $0.hasSuffix(".tmp") }
        #expect(left.isEmpty, "\(left)")
        try disk.resize(byteCount: 16 << 20)
        #expect([0, 3].contains(try archive.run("out").status))
        #expect(try archive.bytes("out") == archive.bytes("whole"))
    }

    @Test func aFullDiskLeavesAFolderOfFilesThatGoesOn() throws {
        let archive = try Archive(60)
        func run(_ out: String) throws -> EchoGPUProcess {
            try EchoGPUProcess([
                "extract", "--model", archive.place.model, "--device", "cpu", "--level", "both",
                "--batch", "4", "--output", archive.folder[out], archive.folder["in"],
            ])
        }
        #expect(try run("whole").status == 3)
        let disk = try SmallDisk(archive.folder.file("out"), byteCount: 256 << 10)
        guard let disk else { return SmallDisk.note() }
        let full = try run("out")
        #expect(full.status == 74 || full.status == 73, "\(full.standardError)")
        #expect(full.standardError.contains("the disk is full"))
        let before = try archive.entries("out")
        #expect(before.count < 61)
        for entry in before {
            guard case .embedded(let embedding) = entry.outcome else { continue }
            let file = try #require(embedding.utterance?.file)
            _ = try NPYFile.read(archive.folder["out/" + file])
        }
        try disk.resize(byteCount: 16 << 20)
        #expect([0, 3].contains(try run("out").status))
        let (out, whole) = (try archive.bytes("out"), try archive.bytes("whole"))
        #expect(out.keys.sorted() == whole.keys.sorted())
        for (name, bytes) in whole where name.hasSuffix(".npy") { #expect(out[name] == bytes) }
        #expect(try archive.entries("out").prefix(before.count).elementsEqual(before))
    }

    @Test func aReadOnlyFolderIsRefusedWithoutATrace() throws {
        let archive = try Archive(12)
        guard let disk = try SmallDisk(archive.folder.file("out"), byteCount: 1 << 20) else {
            return SmallDisk.note()
        }
        #expect(try archive.run("out").status == 3)
        let before = try archive.bytes("out")
        try disk.makeReadOnly()
        try archive.place.recording("in/new.wav")
        let refused = try archive.run("out")
        #expect(refused.status == 73, "\(refused.standardError)")
        #expect(refused.standardError.contains(archive.folder["out"]))
        #expect(try archive.bytes("out") == before)
    }

    /// As a quota would: no file may grow beyond a few blocks.
    @Test func aLimitOnTheSizeOfFilesIsAnErrorOfTheWrite() throws {
        let archive = try Archive(30)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let script = "ulimit -f 8; exec \"$0\" \"$@\""
        let binary = try EchoGPUProcess.binary().path
        process.arguments = ["-c", script, binary] + archive.arguments("out")
        process.standardError = try EchoGPUProcess.create(archive.folder["stderr"])
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOfFile: archive.folder["stderr"], encoding: .utf8)
        #expect(process.terminationReason == .exit && process.terminationStatus == 74, "\(text)")
        #expect(text.contains("cannot write") && text.contains("ulimit -f unlimited"), "\(text)")
        #expect([0, 3].contains(try archive.run("out").status))
        #expect(try EchoGPUProcess(["inspect", archive.folder["out"]]).status == 0)
    }

    @Test func aRecordingThatVanishesIsAFailureWithItsReason() throws {
        let archive = try Archive(300)
        // Before it stands one of 200 segments, of which the program holds few at a time.
        try archive.folder.wav(
            "in/1298-long.wav", [Float](repeating: 0.5, count: 200 * 20_000), sampleRate: 1000)
        let run = try RunningEchoGPU(archive.arguments("out"))
        try run.wait { try archive.partCount("out") > 0 }
        try FileManager.default.removeItem(atPath: archive.folder["in/1299.wav"])
        #expect(run.end().status == 3)
        let entry = try #require(try archive.entries("out").last)
        #expect(entry.source.id == "1299.wav")
        guard case .failed(let code, _) = entry.outcome else {
            Issue.record("\(entry)")
            return
        }
        #expect(code == "missing")
        let errors = try FailureList.read(folder: archive.folder["out"], shard: .whole)
        #expect(errors.map(\.id) == ["1150-bad.wav", "1299.wav"])
    }

    @Test(arguments: ["run.json", ".lock", "manifest-000009.jsonl"])
    func linksInPlaceOfWhatIsReadAreRefused(name: String) throws {
        let archive = try Archive(4)
        // Manifests are read in a folder that has a run.json.
        if name.hasPrefix("manifest") { _ = try archive.run("out") }
        let target = try archive.folder.text("elsewhere", "mine\n")
        let link = try archive.folder.file("out/" + name)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        let result = try archive.run("out")
        #expect(result.status == 73, "\(result.standardError)")
        #expect(result.standardError.contains("symbolic link"))
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "mine\n")
    }

    @Test(arguments: ["utterance-64-000000.npy", ".utterance-64-000000.npy.tmp", "errors.jsonl"])
    func linksInPlaceOfWhatIsWrittenAreReplaced(name: String) throws {
        let archive = try Archive(4)
        let target = try archive.folder.text("elsewhere", "")
        let link = try archive.folder.file("out/" + name)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        #expect(try archive.run("out").status == 3)
        #expect(try Data(contentsOf: URL(fileURLWithPath: target)).isEmpty)
        #expect(try EchoGPUProcess(["inspect", archive.folder["out"]]).status == 0)
    }

    @Test func aFolderOfTheOutputThatIsALinkIsNotFollowed() throws {
        let place = try Workplace()
        try place.recording("in/sub/a.wav")
        let elsewhere = try place.folder.file("elsewhere/x")
        let target = URL(fileURLWithPath: elsewhere).deletingLastPathComponent().path
        try FileManager.default.createSymbolicLink(
            atPath: place.folder.file("out/sub"), withDestinationPath: target)
        let result = try place.extract(place.folder["in"])
        #expect(result.status == 73, "\(result.standardError)")
        #expect(try place.folder.files(in: "elsewhere").isEmpty)
    }
}
