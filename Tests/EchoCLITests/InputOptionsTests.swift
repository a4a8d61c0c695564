import EchoStore
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct InputOptionsTests {
    private static func extract(
        _ place: Workplace, _ arguments: [String], input: String? = nil
    ) throws -> EchoGPUProcess {
        try EchoGPUProcess(
            ["extract", "--model", place.model, "--device", "cpu", "--output", place.folder["out"]]
                + arguments, input: input)
    }

    @Test func listsComeThroughStandardInput() throws {
        let place = try Workplace()
        let path = try place.recording("in/a.wav")
        let manifest = try Self.extract(
            place, ["--manifest", "-"], input: "{\"path\":\"\(path)\",\"id\":\"one\"}\n")
        #expect(manifest.status == 0, "\(manifest.standardError)")
        #expect(try NPYFile.read(place.folder["out/one.utterance.npy"]).shape == [256])
        let paths = try Self.extract(place, ["--files0-from", "-"], input: path + "\0")
        #expect(paths.status == 0, "\(paths.standardError)")
        let name = String(path.dropFirst())
        #expect(try NPYFile.read(place.folder["out/\(name).utterance.npy"]).shape == [256])
    }

    @Test func patternsAndResampling() throws {
        let place = try Workplace()
        try place.recording("in/sub/a.wav")
        let result = try Self.extract(
            place, ["--resample", "16000", place.folder["in/**/*.wav"]])
        #expect(result.status == 0, "\(result.standardError)")
        // 16,000 Hz: 7 bands of 64.
        #expect(try NPYFile.read(place.folder["out/sub/a.wav.utterance.npy"]).shape == [7 * 64])
    }

    @Test func aSignalWithoutARateNamesTheRemedy() throws {
        let place = try Workplace()
        let path = try place.folder.text("a.csv", (0..<4000).map { "\($0 % 7)\n" }.joined())
        let missing = try Self.extract(place, [path])
        #expect(missing.status == 3)
        #expect(missing.standardError.contains("--sample-rate HZ"))
        #expect(try Self.extract(place, ["--sample-rate", "8000", path]).status == 0)
        #expect(try NPYFile.read(place.folder["out/a.csv.utterance.npy"]).shape == [256])
    }

    /// HDF5, which reads v7.3, would add a trace of its calls to each.
    @Test func aDamagedMATLABFileIsALine() throws {
        let place = try Workplace()
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fixtures/signals/v73.mat").standardized
        let whole = try Data(contentsOf: path)
        for (number, at) in stride(from: 600, to: whole.count - 64, by: 256).enumerated() {
            var data = whole
            data.replaceSubrange(at..<at + 64, with: [UInt8](repeating: 0x5A, count: 64))
            try data.write(to: URL(fileURLWithPath: place.folder.file("in/\(number).mat")))
        }
        let result = try Self.extract(place, ["--sample-rate", "1000", place.folder["in"]])
        #expect(result.status == 3)
        #expect(result.standardError.contains(".mat: "), "\(result.standardError)")
        for text in ["HDF5-DIAG", "HDF5: "] {
            #expect(!result.standardError.contains(text), "\(result.standardError)")
        }
    }

    @Test(arguments: [
        ["--raw", "f32:1000:1"], ["--channels", "left"], ["--csv-columns", "a,,b"],
        ["--csv-rate", "minutes"], ["--sample-rate", "1"], ["--resample", "99999999"],
        ["--manifest", "-", "--files0-from", "-"],
    ])
    func optionsThatCannotBe(arguments: [String]) throws {
        let result = try EchoGPUProcess(
            ["extract", "--model", "demo", "--output", "out", "x.wav"] + arguments)
        #expect(result.status == 64)
        #expect(result.standardError.contains(arguments[0]), "\(result.standardError)")
    }

    @Test func aMalformedListIsNamedWithItsLine() throws {
        let place = try Workplace()
        let list = try place.folder.text("list.csv", "path,start\na.wav,soon\n")
        let result = try Self.extract(place, ["--manifest", list])
        #expect(result.status == 65)
        #expect(result.standardError.contains("list.csv: line 2, column 2 (start)"))
    }
}
