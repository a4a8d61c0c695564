import EchoModel
import EchoStore
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct InspectCommandTests {
    private static func inspect(_ path: String) throws -> (status: Int32, json: [String: Any]) {
        let result = try EchoGPUProcess(["inspect", "--json", path])
        return (result.status, try result.json())
    }

    private static func problems(_ json: [String: Any]) -> String {
        (json["problems"] as? [String] ?? []).joined(separator: "\n")
    }

    @Test func aFolderOfFilesIsCountedByWidth() throws {
        let place = try Workplace()
        try place.recording("in/a.wav")
        try place.recording("in/b.wav")
        try place.folder.text("in/c.wav", "no recording")
        #expect(try place.extract("--level", "both", place.folder["in"]).status == 3)
        let (status, json) = try Self.inspect(place.folder["out"])
        #expect(status == 0)
        #expect(json["kind"] as? String == "files")
        #expect(json["recording_count"] as? Int == 2)
        #expect(json["failures"] as? [String: Int] == ["unreadable": 1])
        let tables = try #require(json["tables"] as? [[String: Any]])
        #expect(tables.map { $0["level"] as? String } == ["utterance", "segment"])
        #expect(tables[0]["row_count"] as? Int == 2)
        // Both recordings are the same sound.
        #expect(tables[0]["equal_count"] as? Int == 1)
        let norms = try #require(tables[0]["norms"] as? [String: Double])
        let values = try NPYFile.read(place.folder["out/a.wav.utterance.npy"]).floats
        let norm = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs((norms["mean"] ?? 0) - norm) < 1e-9)
    }

    @Test func valuesThatAreNotNumbersAreFound() throws {
        let folder = try ScratchFolder()
        let path = folder["x.npy"]
        try NPYFile.write([1, 2, .nan, 3, .infinity, 4], shape: [3, 2], to: path)
        let (status, json) = try Self.inspect(path)
        #expect(status == 1)
        let table = try #require((json["tables"] as? [[String: Any]])?.first)
        #expect(table["not_finite_count"] as? Int == 2)
        #expect(Self.problems(json).contains("not finite"))
        let text = try EchoGPUProcess(["inspect", path])
        #expect(text.standardOutput.contains("PROBLEM"))
    }

    @Test func tablesThatDoNotFitTheirManifestAreFound() throws {
        let archive = try Archive(8)
        #expect(try archive.run("out").status == 3)
        let out = archive.folder["out"]
        // A row too many in one table, another gone, and a part.
        let table = out + "/utterance-64-000000.npy"
        let rows = try NPYFile.read(table)
        try NPYFile.write(
            rows.floats + [Float](repeating: 1, count: 64),
            shape: [rows.shape.dimensions[0] + 1, 64], to: table)
        try FileManager.default.removeItem(atPath: out + "/segment-128-000000.npy")
        try FileManager.default.removeItem(atPath: out + "/manifest-000001.jsonl")
        let (status, json) = try Self.inspect(out)
        #expect(status == 1)
        let settings = try #require(json["settings"] as? [String: String])
        #expect(settings["level"] == "both" && settings["part_size"] == "\(Archive.partSize)")
        let problems = Self.problems(json)
        for part in [
            "utterance-64-000000.npy is [", "segment-128-000000.npy",
            "manifest-000001.jsonl is missing",
        ] {
            #expect(problems.contains(part), "\(problems)")
        }
        // Each says what to do.
        let each = try #require(json["problems"] as? [String])
        #expect(each.count == 3)
        #expect(each.allSatisfy { $0.contains("the command that made the folder") })
    }

    @Test func aModelIsKnownByItsSizesAndSum() throws {
        let place = try Workplace()
        let (status, json) = try Self.inspect(place.model)
        #expect(status == 0)
        #expect(json["kind"] as? String == "model")
        let model = try #require(json["model"] as? [String: Any])
        #expect(model["embedding_width"] as? Int == 64)
        let sum = Process()
        sum.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        sum.arguments = [place.model + "/model.safetensors"]
        sum.standardOutput = try EchoGPUProcess.create(place.folder["sum"])
        try sum.run()
        sum.waitUntilExit()
        let text = try String(contentsOfFile: place.folder["sum"], encoding: .utf8)
        #expect(text.hasPrefix(try #require(model["sha256"] as? String)))
    }

    @Test func whatIsNotThereIsAnInputError() throws {
        let folder = try ScratchFolder()
        let result = try EchoGPUProcess(["inspect", folder["nothing"]])
        #expect(result.status == 66)
        #expect(result.standardError.contains("nothing"))
    }
}
