import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// The reason that is given is the one that is true, and says whose fault it is.
@Suite(.timeLimit(.minutes(20))) struct TrueReasonTests {
    /// Whatever reads it.
    @Test(arguments: ["wav", "mp3", "ogg", "flac", "npy", "npz", "csv", "txt", "mat"])
    func anEmptyFileIsEmpty(ending: String) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.text("x." + ending, "")
        let error = try #require(Ramp.error(path))
        #expect(error.code == "empty")
        #expect(error.reason.contains("holds no bytes"))
        #expect(error.nature == .lasting)
        try FileManager.default.removeItem(atPath: path)
        let missing = try #require(Ramp.error(path))
        #expect(missing.code == "missing")
        #expect(missing.nature == .passing)
    }

    @Test func whatIsNoFileIsNamed() throws {
        let scratch = try ScratchFolder()
        let pipe = try scratch.file("pipe.wav")
        #expect(mkfifo(pipe, 0o600) == 0)
        for (path, kind) in [
            (scratch.path, "a folder"), (pipe, "a pipe"), ("/dev/null", "a device"),
        ] {
            let error = try #require(RecordingErrorTests.error(path))
            #expect(error.code == "not-a-file")
            #expect(error.reason.contains(kind))
        }
    }

    /// Root may read everything, so this needs somebody else.
    @Test(.enabled(if: getuid() != 0, "root may read every file"))
    func whatMayNotBeReadIsTriedAgain() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.text("x.wav", "RIFF")
        #expect(chmod(path, 0) == 0)
        let error = try #require(RecordingErrorTests.error(path))
        #expect(error.code == "no-access")
        #expect(error.nature == .passing)
    }

    @Test(arguments: [
        ("PK\u{3}\u{4}xxxx", "zip"), ("BZh9xxxx", "bzip2"), ("<!DOCTYPE html><html>", "web page"),
        ("version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        ("\0\0\0 ftypM4A xxxxxxxx", "--ffmpeg"), ("#!AMR\nxxxxxxxx", "--ffmpeg"),
    ])
    func whatIsSomethingElseIsCalledThat(text: String, word: String) throws {
        let error = try #require(try SoundBytes.error(Array(text.utf8)))
        #expect("\(error)".contains(word))
    }

    /// libsndfile would take any bytes of such a name for samples of telephones.
    @Test(arguments: [
        ("notes.snd", "begin with .snd"), ("notes.AU", "begin with .snd"), ("x.vox", "sox -t vox"),
        ("x.gsm", "sox -t gsm"),
    ])
    func aNameAloneIsNoSound(name: String, part: String) throws {
        let text = String(repeating: "this is no sound at all; it is text. ", count: 600)
        let error = try #require(try SoundBytes.error(Array(text.utf8), name))
        #expect(error.code == "malformed")
        #expect(error.reason.contains(part), "\(error)")
    }

    @Test(arguments: [60, 300])
    func anMP3OfAFewBytesHoldsNoFrame(count: Int) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.mp3")
        let samples = RecordingFixtures.noise(count: 16_000)
        try RecordingFixtures.write(samples, sampleRate: 16_000, as: .mp3, to: path)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let error = try #require(try SoundBytes.error(Array(bytes.prefix(count)), "a.mp3"))
        #expect(error.reason.contains("no whole frame of an MP3"), "\(error)")
    }

    @Test func twoChunksOfSamplesAreNamed() throws {
        let second = Array("data".utf8) + SoundBytes.little(800, 4) + SoundBytes.pcm16
        let error = try #require(
            try SoundBytes.error(SoundBytes.wav(SoundBytes.pcm16, after: second)))
        #expect(error.code == "malformed")
        #expect(error.reason.contains("two chunks of samples"), "\(error)")
    }

    @Test func integersTooLargeHaveTheirOption() {
        let cause = SignalError.Cause.tooLarge(index: 0, channel: 0, value: 7e16)
        #expect(SignalError(path: "x", cause).remedy.contains("--integer-scale"))
    }

    /// Root may read everything, so this needs somebody else.
    @Test(.enabled(if: getuid() != 0, "root may read every file"))
    func anArchiveThatMayNotBeReadIsWhole() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.text("x.tar", "x")
        #expect(chmod(path, 0) == 0)
        let problem = try #require(
            #expect(throws: InputError.self) { try InputDiscovery(arguments: [path]) })
        #expect(problem.code == "no-access")
        #expect(!problem.description.contains("tar -tf"))
    }

    @Test func codesOfWhatPassesAreKnown() {
        for code in ["missing", "no-access", "io-error", "stale", "timed-out", "unavailable"] {
            #expect(SignalError.passingCodes.contains(code))
        }
        for cause in [SignalError.Cause.noBytes, .unreadable("x"), .archive("x"), .empty] {
            #expect(SignalError(path: "x", cause).nature == .lasting)
        }
    }

    /// FLAC of 32 bits, which libsndfile 1.2 does not read: by name, or the right samples.
    @Test func flacOf32BitsIsRefusedByNameOrRight() throws {
        // STREAMINFO: blocks of 4096, 16 kHz, one channel, 32 bits; no frame.
        var bytes = Array("fLaC".utf8) + [0x80, 0, 0, 34] + [16, 0, 16, 0, 0, 0, 0, 0, 0, 0]
        bytes += [0x03, 0xE8, 0x01, 0xF0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
        let error = try SoundBytes.error(bytes + [UInt8](repeating: 0, count: 64), "x.flac")
        #expect(error?.reason.contains("FLAC of 32 bits") == true, "\(String(describing: error))")
    }
}
