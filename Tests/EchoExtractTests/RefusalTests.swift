import EchoTestSupport
import Foundation
import Testing

import EchoExtract

/// What is refused before any work is done.
@Suite(.timeLimit(.minutes(20))) struct RefusalTests {
    private static let samples = [Float](repeating: 0.25, count: 300)

    private static func refusal(
        _ paths: [String], output: String, batchSize: Int = 1
    ) -> EchoError? {
        #expect(throws: EchoError.self) {
            try Extraction(
                paths: paths, options: Extraction.Options(batchSize: batchSize, output: output))
        }
    }

    @Test func twoRecordingsOfOneName() throws {
        let folder = try ScratchFolder()
        let first = try folder.wav("one/x.wav", Self.samples, sampleRate: 8000)
        let second = try folder.wav("two/x.wav", Self.samples, sampleRate: 8000)
        let error = Self.refusal([first, second], output: folder["out"])
        #expect(error?.kind == .usage)
        #expect(error?.message.contains(first) == true)
        #expect(error?.message.contains(second) == true)
        #expect(!FileManager.default.fileExists(atPath: folder["out"]))
    }

    @Test func nothingToEmbed() throws {
        let folder = try ScratchFolder()
        try folder.text("in/notes.txt", "no recording")
        #expect(Self.refusal([folder["in"]], output: folder["out"])?.kind == .input)
        #expect(Self.refusal([folder["nowhere"]], output: folder["out"])?.kind == .input)
        #expect(Self.refusal([], output: folder["out"])?.kind == .input)
    }

    @Test func batchesOfNothing() throws {
        let folder = try ScratchFolder()
        let path = try folder.wav("x.wav", Self.samples, sampleRate: 8000)
        let error = Self.refusal([path], output: folder["out"], batchSize: 0)
        #expect(error?.kind == .usage)
    }

    @Test func anOutputFolderThatIsAFile() throws {
        let folder = try ScratchFolder()
        let path = try folder.wav("x.wav", Self.samples, sampleRate: 8000)
        let extraction = try Extraction(
            paths: [path], options: Extraction.Options(output: path))
        let echo = try TestEcho.onCPU()
        let error = #expect(throws: EchoError.self) { try extraction.run(on: echo) }
        #expect(error?.kind == .create)
        #expect(error?.message.contains(path) == true)
    }

    @Test func aModelThatIsNotThere() throws {
        let folder = try ScratchFolder()
        let error = #expect(throws: EchoError.self) {
            try Echo(model: .path(folder["no-model"]), device: "cpu")
        }
        #expect(error?.kind == .model)
        #expect(error?.message.contains("no-model") == true)
    }

    @Test(arguments: ["99:0", "no such device"])
    func aDeviceThatIsNotThere(device: String) throws {
        let error = #expect(throws: EchoError.self) { try Echo(model: .demo, device: device) }
        #expect(error?.kind == .device)
        #expect(error?.message.contains(device) == true)
    }
}
