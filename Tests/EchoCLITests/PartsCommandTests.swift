import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// `extract --layout parts` and what a second run makes of the folder of a first.
@Suite(.timeLimit(.minutes(20))) struct PartsCommandTests {
    @Test func aSecondRunDoesOnlyWhatIsMissing() throws {
        let archive = try Archive(7)
        #expect(try archive.run("out").status == 3)
        let before = try archive.bytes("out")
        let again = try archive.run("out", "--json")
        #expect(again.status == 0, "nothing failed in this run")
        let summary = try again.json()
        #expect(summary["recording_count"] as? Int == 0)
        #expect(summary["embedded_before_count"] as? Int == 7)
        #expect(summary["failed_before_count"] as? Int == 1)
        #expect((summary["failure_list"] as? String)?.hasSuffix("out/errors.jsonl") == true)
        #expect(try archive.bytes("out") == before)

        try archive.place.recording("in/new.wav")
        let third = try archive.run("out", "--json").json()
        #expect(third["embedded_count"] as? Int == 1)
        let entries = try archive.entries("out")
        #expect(entries.last?.source.id == "new.wav")
        #expect(before.allSatisfy { name, bytes in (try? archive.bytes("out")[name]) == bytes })
    }

    @Test func aFailureIsListedAndTriedAgainWhenAskedFor() throws {
        let archive = try Archive(6)
        #expect(try archive.run("out").status == 3)
        let bad = "1003-bad.wav"
        let listed = try FailureList.read(folder: archive.folder["out"], shard: .whole)
        #expect(listed.map(\.id) == [bad])
        #expect(listed.map(\.code) == ["unreadable"])
        let entry = try #require(try archive.entries("out").first { $0.source.id == bad })
        #expect(entry.isFailed, "and it has no row")

        let path = archive.folder["in/" + bad]
        let times = try FileManager.default.attributesOfItem(atPath: path)
        // The same size and time, so that it is the same input.
        #expect(try archive.run("out", "--retry-failed").status == 3)
        #expect(try archive.entries("out").last?.attempt == 2)
        // A changed one is another input, which needs no asking.
        try archive.place.recording("in/" + bad)
        try FileManager.default.setAttributes(
            [.modificationDate: times[.modificationDate] as Any], ofItemAtPath: path)
        #expect(try archive.run("out").status == 0)
        #expect(try archive.entries("out").last?.attempt == 3)
        #expect(!(try archive.folder.files(in: "out").contains("errors.jsonl")))
        let inspected = try EchoGPUProcess(["inspect", "--json", archive.folder["out"]])
        #expect(inspected.status == 0, "\(inspected.standardOutput)")
        let json = try inspected.json()
        #expect(json["recording_count"] as? Int == 7)
        #expect(json["failed_count"] as? Int == 0)
        #expect(json["superseded_count"] as? Int == 2)
    }

    @Test(arguments: ["parts", "files"])
    func whatCannotBeSearchedIsListedUntilItIsMended(layout: String) throws {
        let place = try Workplace()
        try place.recording("in/a.wav")
        let link = try place.folder.file("in/gone.wav")
        let target = try place.folder.file("elsewhere/gone.wav")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        for _ in 0..<2 {
            let run = try place.extract("--layout", layout, place.folder["in"])
            #expect(run.status == 3, "\(run.standardError)")
            let listed = try FailureList.read(folder: place.folder["out"], shard: .whole)
            #expect(listed.map(\.path) == [link] && listed.map(\.code) == ["missing"])
            #expect(listed.map(\.id) == [""], "it is no recording")
        }
        try place.recording("elsewhere/gone.wav")
        #expect(try place.extract("--layout", layout, place.folder["in"]).status == 0)
        #expect(!(try place.folder.files(in: "out").contains("errors.jsonl")))
    }

    @Test func otherSettingsAreRefusedUnlessForced() throws {
        let archive = try Archive(4)
        #expect(try archive.run("out").status == 3)
        let before = try archive.bytes("out")
        let refused = try archive.run("out", "--channels", "first")
        #expect(refused.status == 64)
        #expect(
            refused.standardError.contains("run.json: channels was \"mean\", is \"first\""),
            "\(refused.standardError)")
        #expect(try archive.bytes("out") == before)

        let otherModel = try EchoGPUProcess([
            "extract", "--model", "demo", "--device", "cpu", "--output", archive.folder["out"],
            archive.folder["in"],
        ])
        #expect(otherModel.status == 64)
        #expect(otherModel.standardError.contains("weights_sha256 was \""))

        try archive.place.recording("in/new.wav")
        #expect(try archive.run("out", "--channels", "first", "--force").status == 3)
        let entries = try archive.entries("out")
        #expect(entries.count == 7, "what failed is tried again, and nothing is embedded again")
        #expect(Set(entries.map(\.run)).count == 2)
        let old = try #require(entries.first?.run)
        #expect(try archive.folder.files(in: "out").contains("run-\(old).json"))
        #expect(try archive.bytes("out")["run-\(old).json"] == before["run.json"])
    }

    @Test(arguments: ArrayFormat.allCases, ArrayElement.allCases)
    func tablesHoldWhatTheFilesHold(format: ArrayFormat, element: ArrayElement) throws {
        let archive = try Archive(8)
        let parts = try archive.run("out", "--format", "\(format)", "--dtype", "\(element)")
        #expect(parts.status == 3, "\(parts.standardError)")
        let files = try EchoGPUProcess([
            "extract", "--model", archive.place.model, "--device", "cpu", "--level", "both",
            "--output", archive.folder["files"], archive.folder["in"],
        ])
        #expect(files.status == 3, "\(files.standardError)")
        for entry in try archive.entries("out") {
            guard case .embedded(let embedding) = entry.outcome else { continue }
            let name = archive.folder["files/"] + entry.source.id
            for (place, ending) in [
                (embedding.utterance, ".utterance.npy"), (embedding.segments, ".segment.npy"),
            ] {
                let place = try #require(place)
                let expected = try NPYFile.read(name + ending).floats
                let rows = try Table(archive.folder["out/" + place.file], format).rows(
                    try #require(place.rows))
                #expect(
                    rows == (element == .float32 ? expected : expected.map { Float(Float16($0)) }))
            }
        }
    }

    @Test func eachChannelHasALineAndRowsOfItsOwn() throws {
        let place = try Workplace()
        // 2001 frames of 2 channels: segments of the channels come in turn.
        let left = ExtractFixtures.signal(seed: 1, sampleCount: 20_025, sampleRate: 1000)
        let right = ExtractFixtures.signal(seed: 2, sampleCount: 20_025, sampleRate: 1000)
        try place.folder.wav(
            "in/x.wav", zip(left, right).flatMap { [$0, $1] }, channels: 2, sampleRate: 1000)
        let both = ["--level", "both", "--channels", "each", "--batch", "1", place.folder["in"]]
        let start = ["extract", "--model", place.model, "--device", "cpu"]
        #expect(try EchoGPUProcess(start + ["--output", place.folder["files"]] + both).status == 0)
        let parts = ["--layout", "parts", "--output", place.folder["out"]]
        #expect(try EchoGPUProcess(start + parts + both).status == 0)
        let folder = try PartFolder(path: place.folder["out"])
        let entries = try folder.entries(of: try #require(folder.parts.first))
        #expect(entries.count == 2)
        for (channel, entry) in entries.enumerated() {
            guard case .embedded(let embedding) = entry.outcome else {
                Issue.record("\(entry)")
                continue
            }
            #expect(embedding.channel == channel)
            let segments = try #require(embedding.segments)
            let rows = try Table(folder.path + "/" + segments.file, .npy).rows(
                try #require(segments.rows))
            let file = place.folder["files/x.wav.ch\(channel).segment.npy"]
            #expect(rows == (try NPYFile.read(file).floats))
        }
    }

    @Test func partsNeedTheirLayout() throws {
        let place = try Workplace()
        for option in [["--part-size", "1024"], ["--dtype", "float32"], ["--format", "npy"]] {
            let result = try EchoGPUProcess(
                ["extract", "--model", "demo", "--output", place.folder["out"], "x.wav"] + option)
            #expect(result.status == 64)
            #expect(result.standardError.contains("--layout parts"))
        }
    }
}
