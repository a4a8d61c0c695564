import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// The program, which makes files for the tests too.
enum FFmpegProgram {
    static let isInstalled = (try? run(["-version"], in: "/tmp")) != nil

    static func run(_ arguments: [String], in folder: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["ffmpeg", "-nostdin", "-v", "quiet", "-y"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TarFile.Failed() }
    }
}

/// What ffmpeg decodes for us: the samples that it gives anybody.
@Suite(
    .timeLimit(.minutes(20)),
    .enabled(if: FFmpegProgram.isInstalled, "ffmpeg is missing: install the package ffmpeg"))
struct FFmpegTests {
    private let scratch: ScratchFolder
    private let wav: String
    private static let options: ReadingOptions = {
        var options = ReadingOptions(channels: .each)
        options.ffmpeg = true
        return options
    }()

    init() throws {
        scratch = try ScratchFolder()
        wav = try scratch.file("source.wav")
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: 2 * 22_050), channels: 2, sampleRate: 22_050, as: .wav16,
            to: wav)
    }

    /// Each channel less its mean, and the file's note.
    private func samples(_ path: String) throws -> (channels: [[Float]], rate: Int, note: String?) {
        let reader = try RecordingReader.open(path: path, Self.options)
        let segments = try RecordingReaderTests.segments(reader)
        return (segments.map(\.samples), reader.sampleRate, reader.note)
    }

    /// Names that are options or addresses for ffmpeg are names here.
    @Test(arguments: ["x.m4a", "x.aac", "x.wma", "x.mkv", "-i.m4a", "concat:a.m4a", "a%d.mp4"])
    func whatItDecodesIsWhatAnybodyGets(name: String) throws {
        let path = try scratch.file(name)
        try FFmpegProgram.run(["-i", wav, "file:" + path], in: scratch.path)
        let witness = try scratch.file("witness.wav")
        try FFmpegProgram.run(
            ["-i", "file:" + path, "-c:a", "pcm_f32le", witness], in: scratch.path)
        let (found, expected) = (try samples(path), try samples(witness))
        #expect(found.rate == 22_050)
        #expect(found.channels.count == 2)
        #expect(found.channels == expected.channels)
        #expect(found.note == nil)
    }

    @Test func withoutTheOptionItIsNamed() throws {
        let path = try scratch.file("x.m4a")
        try FFmpegProgram.run(["-i", wav, path], in: scratch.path)
        let error = try #require(RecordingErrorTests.error(path))
        #expect(error.code == "needs-ffmpeg")
        #expect(error.description.contains("--ffmpeg"))
    }

    @Test func foldersAreSearchedForIt() throws {
        let path = try scratch.file("in/x.m4a")
        try FFmpegProgram.run(["-i", wav, path], in: scratch.path)
        let selection = InputSelection(arguments: [scratch.path + "/in"], reading: Self.options)
        #expect(try InputDiscovery(selection).inputs.map(\.name) == ["x.m4a"])
    }

    @Test func whatItCannotReadHasItsReason() throws {
        let broken = try scratch.text("x.m4a", "\0\0\0 ftypM4A this is no sound")
        let error = try #require(Ramp.error(broken, Self.options))
        #expect(error.code == "ffmpeg")
        #expect(!error.reason.contains("/proc/self"))
        let silent = try scratch.file("silent.mp4")
        try FFmpegProgram.run(
            ["-f", "lavfi", "-i", "testsrc=d=1:s=64x64", silent], in: scratch.path)
        #expect(Ramp.error(silent, Self.options)?.reason.contains("no sound") == true)
        let two = try scratch.file("two.mkv")
        try FFmpegProgram.run(
            ["-i", wav, "-i", wav, "-map", "0", "-map", "1", two], in: scratch.path)
        #expect(Ramp.error(two, Self.options)?.reason.contains("several sounds") == true)
    }

    /// A playlist would make it open other files.
    @Test func playlistsAreNotFollowed() throws {
        let list = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\(wav)\n#EXT-X-ENDLIST\n"
        for name in ["x.m4a", "x.aac"] {
            let path = try scratch.text(name, list)
            #expect(Ramp.error(path, Self.options) != nil)
        }
        let concat = try scratch.text("y.m4a", "ffconcat version 1.0\nfile '\(wav)'\n")
        #expect(Ramp.error(concat, Self.options) != nil)
    }

    @Test func itEndsWhereNobodyWantsItsOutput() throws {
        let path = try scratch.file("long.m4a")
        try FFmpegProgram.run(
            ["-f", "lavfi", "-i", "sine=d=600", "-c:a", "aac", path], in: scratch.path)
        let error = #expect(throws: SignalError.self) {
            try RecordingReader.open(
                Input(path: path, name: "x"), SignalContent(path: path), Self.options
            ) { true }
        }
        #expect(error?.code == "ffmpeg-ended")
        #expect(error?.nature == .passing)
    }
}
