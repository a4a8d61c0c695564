import EchoStore
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct ExtractCommandTests {
    @Test func embeddingsAreWrittenAndSummedUpOnStdout() throws {
        let place = try Workplace()
        try place.recording("in/sub/a.wav")
        let result = try place.extract("--level", "both", "--table", place.folder["in"])
        #expect(result.status == 0, "\(result.standardError)")
        let written = try place.folder.arrays(in: "out")
        #expect(written == ["sub/a.wav.segment.npy", "sub/a.wav.utterance.npy"])
        // 8000 Hz: 101 bins, 4 bands; (4000 - 200) / 80 + 1 = 48 frames, 3 patches.
        let utterance = try NPYFile.read(place.folder["out/sub/a.wav.utterance.npy"])
        #expect(utterance.shape == [4 * 64])
        let segments = try NPYFile.read(place.folder["out/sub/a.wav.segment.npy"])
        #expect(segments.shape == [3, 4 * 64])
        #expect(result.standardOutput.contains("Embedded 1 of 1 recordings"))
        let row = result.standardOutput.split(separator: "\n").first { $0.hasPrefix("sub/a.wav") }
        #expect(row?.contains("8000") == true && row?.contains("256") == true)
        #expect(!result.standardError.contains("error"))
    }

    @Test func jsonIsOneObjectWhateverGoesToStderr() throws {
        let place = try Workplace()
        try place.recording("in/a.wav")
        try place.folder.text("in/b.wav", "no recording")
        let result = try place.extract("--json", place.folder["in"])
        #expect(result.status == 3)
        let summary = try result.json()
        #expect(summary["embedded_count"] as? Int == 1)
        #expect(summary["bad_count"] as? Int == 1)
        #expect(summary["sound_seconds"] as? Double == 0.5)
        #expect(summary["recordings"] == nil)
        let bad = try #require((summary["bad"] as? [[String: Any]])?.first)
        #expect((bad["path"] as? String)?.hasSuffix("in/b.wav") == true)
        #expect((bad["reason"] as? String)?.contains("libsndfile") == true)
        #expect(result.standardError.contains("in/b.wav"))
    }

    @Test func jsonListsTheRecordingsWhereATableIsAskedFor() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let summary = try place.extract("--json", "--table", path).json()
        let row = try #require((summary["recordings"] as? [[String: Any]])?.first)
        #expect(row["name"] as? String == "a.wav")
        #expect(row["sample_rate"] as? Int == 8000)
        #expect(row["width"] as? Int == 256)
    }

    @Test func theDemoModelSaysThatItIsUntrained() throws {
        let folder = try ScratchFolder()
        let path = try folder.wav(
            "a.wav", [Float](repeating: 0.1, count: 25) + [0.5], sampleRate: 1000)
        let result = try EchoGPUProcess(
            ["extract", "--model", "demo", "--device", "cpu", "--output", folder["out"], path])
        #expect(result.status == 0, "\(result.standardError)")
        #expect(result.standardError.contains("untrained"))
        #expect(result.standardOutput.contains("demo (untrained weights)"))
        #expect(result.standardOutput.contains("these embeddings mean nothing"))
        #expect(try NPYFile.read(folder["out/a.wav.utterance.npy"]).shape == [192])
    }

    @Test func theCPUPathRefusesHalfPrecision() throws {
        let place = try Workplace()
        let result = try place.extract("--precision", "fp16", try place.recording("a.wav"))
        #expect(result.status == 64)
        #expect(result.standardError.contains("computes in fp32, not in fp16"))
        #expect(result.standardError.contains("OpenCL device"))
    }

    @Test func thePrecisionIsReported() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        #expect(try place.extract("--json", path).json()["precision"] as? String == "fp32")
        let half = try EchoGPUProcess([
            "extract", "--model", place.model, "--precision", "fp16", "--json", "--output",
            place.folder["half"], path,
        ])
        #expect(half.status == 0, "\(half.standardError)")
        // `auto` falls back to the CPU path, and to fp32, where there is no OpenCL device.
        let precision = try half.json()["precision"] as? String
        #expect(precision == "fp16" || half.standardError.contains("computes in fp32, not in fp16"))
    }

    /// A folder without platforms is a machine without OpenCL.
    @Test func autoSaysThatItComputesInSinglePrecision() throws {
        let place = try Workplace()
        let result = try EchoGPUProcess(
            [
                "extract", "--model", place.model, "--precision", "fp16", "--json", "--output",
                place.folder["out"], try place.recording("a.wav"),
            ], environment: ["OCL_ICD_VENDORS": place.folder["none"] + "/"])
        #expect(result.status == 0, "\(result.standardError)")
        #expect(try result.json()["precision"] as? String == "fp32")
        #expect(result.standardError.contains("It computes in fp32, not in fp16"))
    }

    @Test func twoRecordingsOfOneNameAreRefusedBeforeAnyWork() throws {
        let place = try Workplace()
        let (first, second) = (try place.recording("1/a.wav"), try place.recording("2/a.wav"))
        let result = try place.extract(first, second)
        #expect(result.status == 64)
        #expect(result.standardError.contains(first) && result.standardError.contains(second))
        #expect(!FileManager.default.fileExists(atPath: place.folder["out"]))
    }

    @Test func anOlderFileIsReplacedAndNothingElseLeftBehind() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        try place.folder.text("out/a.wav.utterance.npy", "old")
        #expect(try place.extract(path).status == 0)
        #expect(try place.folder.arrays(in: "out") == ["a.wav.utterance.npy"])
        #expect(try NPYFile.read(place.folder["out/a.wav.utterance.npy"]).shape == [256])
    }

    @Test func verboseNamesTheMemoryPlan() throws {
        let place = try Workplace()
        let result = try place.extract("--verbose", try place.recording("a.wav"))
        #expect(result.standardOutput.contains("memory plan"))
    }
}
