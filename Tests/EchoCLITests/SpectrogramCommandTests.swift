import EchoStore
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct SpectrogramCommandTests {
    private static func run(_ arguments: String...) throws -> EchoGPUProcess {
        try EchoGPUProcess(["spectrogram", "--device", "cpu"] + arguments)
    }

    /// A folder with a stereo recording of one second at 16 kHz: silence, and on channel 1 a tone from 0.5 s on.
    private static func place() throws -> (folder: ScratchFolder, path: String) {
        let folder = try ScratchFolder()
        let samples = (0..<16_000).flatMap { index in
            [Float(0), index < 8000 ? 0 : Float(sin(0.5 * Double(index)))]
        }
        return (folder, try folder.wav("in/a.wav", samples, channels: 2, sampleRate: 16_000))
    }

    /// Width and height as the header has them.
    private static func size(_ path: String) throws -> [Int] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        return [16, 20].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    }

    // MARK: One file

    @Test func binsByFrames() throws {
        let (folder, path) = try Self.place()
        let result = try Self.run(path, "--output", folder["s.npy"])
        #expect(result.status == 0, "\(result.standardError)")
        // (16000 - 400) / 160 + 1 = 98 frames.
        #expect(result.standardOutput.contains("[201, 98]"))
        #expect(try NPYFile.read(folder["s.npy"]).shape == [201, 98])
    }

    /// A file of another kind that has the name stays as it is, in a folder too.
    @Test func anotherFileIsNotReplaced() throws {
        let (folder, path) = try Self.place()
        let outputs = [
            ("s.png", "s.png"), ("s.npy", "s.npy"), ("out/a.wav.spectrogram.png", "out/"),
        ]
        for (name, output) in outputs {
            let file = try folder.text(name, "precious")
            let refused = try Self.run(path, "--output", folder[output])
            #expect(refused.status == 73, "\(refused.standardError)")
            #expect(refused.standardError.contains(name), "\(refused.standardError)")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
            try FileManager.default.removeItem(atPath: file)
            for _ in 0..<2 {
                let written = try Self.run(path, "--output", folder[output])
                #expect(written.status == 0, "\(written.standardError)")
            }
        }
    }

    @Test func aPicture() throws {
        let (folder, path) = try Self.place()
        let result = try Self.run(path, "--output", folder["s.png"])
        #expect(result.status == 0, "\(result.standardError)")
        #expect(result.standardOutput == "\(folder["s.png"]): 1000 x 480 pixels\n")
        #expect(try Self.size(folder["s.png"]) == [1000, 480])
        let more = try Self.run(
            path, "--width", "640", "--height", "240", "--theme", "dark", "--levels", "-90:-10",
            "--output", folder["t.png"])
        #expect(more.status == 0, "\(more.standardError)")
        #expect(try Self.size(folder["t.png"]) == [640, 240])
    }

    /// Half of it, of the channel with the tone: what the whole of that half alone has.
    @Test func aPartOfAChannel() throws {
        let (folder, path) = try Self.place()
        let tone = (8000..<16_000).map { Float(sin(0.5 * Double($0))) }
        let alone = try folder.wav("alone.wav", tone, sampleRate: 16_000)
        #expect(
            try Self.run(
                path, "--channel", "1", "--start", "0.5", "--end", "1", "--output", folder["a.npy"]
            ).status == 0)
        #expect(try Self.run(alone, "--output", folder["b.npy"]).status == 0)
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: folder["a.npy"]))
                == Data(contentsOf: URL(fileURLWithPath: folder["b.npy"])))
        let silent = try Self.run(path, "--channel", "0", "--output", folder["c.npy"])
        #expect(silent.status == 0)
        #expect(Set(try NPYFile.read(folder["c.npy"]).floats).count == 1)
    }

    @Test func whatCannotBeReadIsAnErrorAndLeavesNothing() throws {
        let folder = try ScratchFolder()
        let path = try folder.text("a.wav", "no recording")
        for name in ["s.npy", "s.png"] {
            let result = try Self.run(path, "--output", folder[name])
            #expect(result.status == 65)
            #expect(result.standardError.contains(path))
        }
        #expect(try folder.files(in: ".") == ["a.wav"])
    }

    // MARK: A folder

    @Test func severalInputsGoIntoAFolder() throws {
        let (folder, _) = try Self.place()
        try folder.wav("in/below/b.wav", [Float](repeating: 0.5, count: 4000), sampleRate: 8000)
        try folder.text("in/bad.wav", "no recording")
        let result = try Self.run(
            folder["in"], "--channels", "each", "--output", folder["out/"])
        #expect(result.status == 3)
        #expect(result.standardError.contains("in/bad.wav"))
        #expect(result.standardOutput.contains("2 of 3 recordings"))
        #expect(
            try folder.files(in: "out") == [
                "a.wav.ch0.spectrogram.png", "a.wav.ch1.spectrogram.png",
                "below/b.wav.ch0.spectrogram.png",
            ])
    }

    @Test func signalsAreReadAsByExtract() throws {
        let folder = try ScratchFolder()
        try folder.text(
            "in/a.csv", (0..<3000).map { "\($0 % 50),\($0 % 7)\n" }.joined())
        let list = try folder.text(
            "list.csv", "path,id,start,end\nin/a.csv,x,0.5,1.5\n")
        let result = try Self.run(
            "--manifest", list, "--sample-rate", "1000", "--csv-columns", "1", "--format", "npy",
            "--start", "0.25", "--output", folder["out"])
        #expect(result.status == 0, "\(result.standardError)")
        #expect(try folder.files(in: "out") == ["x.spectrogram.npy"])
        // From 0.75 s to 1.5 s: 750 samples, windows of 25, a hop of 10.
        #expect(try NPYFile.read(folder["out/x.spectrogram.npy"]).shape == [13, 73])
    }

    /// What was written into the folder of the recordings is no recording.
    @Test func theSameAgainReadsTheSame() throws {
        let (folder, _) = try Self.place()
        for _ in 0..<2 {
            let result = try Self.run(
                folder["in"], "--sample-rate", "16000", "--format", "npy", "--output",
                folder["in"])
            #expect(result.status == 0, "\(result.standardError)")
            #expect(try folder.files(in: "in") == ["a.wav", "a.wav.spectrogram.npy"])
        }
    }

    // MARK: Refusals

    @Test func otherEndingsAreRefusedWithBothNamed() throws {
        let (folder, path) = try Self.place()
        for name in ["s.jpg", "s", "s.PNGX"] {
            let result = try Self.run(path, "--output", folder[name])
            #expect(result.status == 64)
            #expect(result.standardError.contains(".png"))
            #expect(result.standardError.contains(".npy"))
        }
        #expect(try folder.files(in: ".") == ["in/a.wav"])
    }

    @Test(arguments: [
        ["--format", "npy", "--output", "s.png"], ["--theme", "dark", "--output", "s.npy"],
        ["--levels", "-10:-90", "--output", "s.png"], ["--channels", "each", "--output", "s.png"],
        ["--channels", "concatenate", "--output", "s/"], ["--width", "10", "--output", "s.png"],
        ["--channels", "0", "--channel", "0", "--output", "s.png"],
        ["--start", "2", "--end", "1", "--output", "s.png"],
        ["--start", "-1", "--output", "s.png"],
    ])
    func whatContradictsItselfIsRefused(arguments: [String]) throws {
        let (folder, path) = try Self.place()
        var arguments = arguments
        arguments.append(folder.path + "/" + arguments.removeLast())
        let result = try EchoGPUProcess(["spectrogram", "--device", "cpu", path] + arguments)
        #expect(result.status == 64, "\(result.standardError)")
        #expect(try folder.files(in: ".") == ["in/a.wav"])
    }

    @Test func severalRecordingsForOneFileAreRefused() throws {
        let (folder, path) = try Self.place()
        let other = try folder.wav("in/b.wav", [Float](repeating: 0, count: 4000), sampleRate: 8000)
        let result = try Self.run(path, other, "--output", folder["s.png"])
        #expect(result.status == 64)
        #expect(result.standardError.contains("2 recordings"))
    }

    @Test func twoOfOneNameAreRefused() throws {
        let (folder, path) = try Self.place()
        let other = try folder.wav("b/a.wav", [Float](repeating: 0, count: 4000), sampleRate: 8000)
        let result = try Self.run(path, other, "--output", folder["out/"])
        #expect(result.status == 64)
        #expect(result.standardError.contains(path))
        #expect(result.standardError.contains(other))
    }

    @Test func aRecordingIsNotWrittenOver() throws {
        let folder = try ScratchFolder()
        let path = try folder.file("a.npy")
        try NPYFile.write([Float](repeating: 0.5, count: 4000), shape: [4000], to: path)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let result = try Self.run(path, "--sample-rate", "8000", "--output", path)
        #expect(result.status == 64)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
}
