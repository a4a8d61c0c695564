import EchoTestSupport
import Foundation
import Testing

/// Every exit status but 0 and 3, which ExtractCommandTests has: with it, one line on stderr that
/// names what is wrong, and nothing on stdout.
@Suite(.timeLimit(.minutes(20))) struct ExitStatusTests {
    private static func expect(
        _ status: Int32, naming part: String, of result: EchoGPUProcess,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(
            result.status == status, "\(result.standardError)", sourceLocation: location)
        #expect(
            result.standardError.contains(part), "\(result.standardError)",
            sourceLocation: location)
        #expect(result.standardOutput.isEmpty, sourceLocation: location)
    }

    @Test(arguments: [
        (["--batch", "0"], "--batch"),
        (["--level", "everything"], "--level"),
        (["--channels", "left"], "--channels"),
        (["--nonsense"], "--nonsense"),
    ])
    func wrongOptions(arguments: [String], part: String) throws {
        let result = try EchoGPUProcess(
            ["extract", "--model", "demo", "--output", "out", "x.wav"] + arguments)
        Self.expect(64, naming: part, of: result)
    }

    @Test func noOutputOrNoInput() throws {
        let extract = ["extract", "--model", "demo"]
        Self.expect(64, naming: "--output", of: try EchoGPUProcess(extract + ["x.wav"]))
        Self.expect(64, naming: "<input>", of: try EchoGPUProcess(extract + ["--output", "out"]))
    }

    /// Untrained weights are for those who ask for them by name.
    @Test func noModel() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        for command in [["extract", "--output", place.folder["out"], path], ["bench"]] {
            let result = try EchoGPUProcess(command + ["--device", "cpu"])
            Self.expect(64, naming: "--model", of: result)
            #expect(result.standardError.contains("ORG/NAME of the hub, or 'demo'"))
        }
        #expect(!FileManager.default.fileExists(atPath: place.folder["out"]))
    }

    @Test func anInputThatIsNotThere() throws {
        let place = try Workplace()
        let missing = place.folder["missing.wav"]
        Self.expect(66, naming: missing, of: try place.extract(missing))
    }

    @Test(arguments: ["files", "parts"])
    func anOutputThatIsAFile(layout: String) throws {
        let place = try Workplace()
        let recording = try place.recording("a.wav")
        let file = try place.folder.text("file", "no folder")
        let result = try EchoGPUProcess(
            ["extract", "--model", place.model, "--device", "cpu", "--layout", layout, "--output"]
                + [file, recording])
        Self.expect(73, naming: "\(file): cannot create the folder: Not a directory", of: result)
    }

    @Test func aFolderWithoutRecordings() throws {
        let place = try Workplace()
        try place.folder.text("in/notes.txt", "no recording")
        Self.expect(66, naming: "recordings", of: try place.extract(place.folder["in"]))
    }

    @Test func aDeviceThatIsNotThere() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let result = try EchoGPUProcess([
            "extract", "--model", place.model, "--device", "99:7", "--output",
            place.folder["out"], path,
        ])
        Self.expect(69, naming: "99:7", of: result)
    }

    @Test func noOpenCLAtAll() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let none = try place.folder.file("no-vendors")
        try FileManager.default.createDirectory(
            atPath: none, withIntermediateDirectories: true)
        let arguments = ["extract", "--model", place.model, "--output", place.folder["out"], path]
        let nowhere = ["OCL_ICD_VENDORS": none]
        // Asked for: an error, with what to install. Not asked for: the CPU path, and it says so.
        let asked = try EchoGPUProcess(arguments + ["--device", "gpu"], environment: nowhere)
        Self.expect(69, naming: "pocl-opencl-icd", of: asked)
        let auto = try EchoGPUProcess(arguments, environment: nowhere)
        #expect(auto.status == 0, "\(auto.standardError)")
        #expect(auto.standardError.contains("CPU path"))
        #expect(auto.standardOutput.contains("CPU path"))
    }

    @Test func anOutputFolderThatIsAFile() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        try place.folder.text("out", "a file")
        Self.expect(73, naming: place.folder["out"], of: try place.extract(path))
    }

    @Test func modelsThatCannotBeUsed() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let broken = try place.folder.text("broken.safetensors", "no checkpoint")
        for model in [place.folder["no-model"], broken] {
            let result = try EchoGPUProcess([
                "extract", "--model", model, "--device", "cpu", "--output", place.folder["out"],
                path,
            ])
            Self.expect(78, naming: model, of: result)
        }
    }
}
