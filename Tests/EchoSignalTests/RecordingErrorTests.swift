import EchoSignal
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct RecordingErrorTests {
    /// The error that opening and reading a recording ends with; nil where all is well.
    static func error(_ path: String, channels: ChannelMode = .mean) -> SignalError? {
        do throws(SignalError) {
            let reader = try RecordingReader.open(path: path, channels: channels)
            while try reader.next() != nil {}
            return nil
        } catch {
            return error
        }
    }

    @Test func whatIsNoRecordingIsUnreadable() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("text.wav")
        try Data("not a recording, whatever its name says".utf8)
            .write(to: URL(fileURLWithPath: path))
        let error = try #require(Self.error(path))
        #expect(error.code == "unreadable")
        #expect(error.description.hasPrefix("\(path): libsndfile cannot read it: Format not"))
    }

    @Test func missingFilesAndFoldersAreNamed() throws {
        let scratch = try ScratchFolder()
        #expect(Self.error(scratch.path + "/none.wav")?.code == "missing")
        #expect(Self.error(scratch.path)?.code == "not-a-file")
        #expect(Self.error("/dev/null")?.code == "not-a-file")
    }

    /// As in a row of a list: what to give instead is said.
    @Test func foldersAndPatternsAreInputsAndNoRecordings() throws {
        let scratch = try ScratchFolder()
        for (path, part) in [
            (scratch.path, "is a folder, where a recording is meant. Name the recordings in it"),
            (scratch.path + "/*.wav", "If it is a pattern, give it as an input"),
        ] {
            let text = Self.error(path)?.description
            #expect(text?.contains(part) == true, "\(text ?? "")")
        }
        let folder = #expect(throws: InputError.self) {
            try InputDiscovery(InputSelection(manifest: scratch.path))
        }
        #expect(folder?.description.contains("is a folder, and a list is a file") == true)
    }

    @Test func noSamplesAreEmpty() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("empty.wav")
        try RecordingFixtures.write([], sampleRate: 8000, as: .wav16, to: path)
        #expect(Self.error(path)?.code == "empty")
    }

    @Test func oneSampleLessThanAWindowIsTooShort() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("short.wav")
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: 1101), sampleRate: 44_100, as: .wav24, to: path)
        let error = try #require(Self.error(path))
        #expect(error.code == "too-short")
        #expect(
            error.reason
                == "1101 samples are shorter than one window of 1102 samples at 44100 Hz")
    }

    /// The last sample of the last of several segments, in the second of two channels.
    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func aSampleThatIsNoNumberIsFoundAnywhere(value: Float) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("bad.wav")
        var samples = RecordingFixtures.noise(count: 2 * 150_000)
        samples[samples.count - 1] = value
        try RecordingFixtures.write(
            samples, channels: 2, sampleRate: 1000, as: .wavFloat, to: path)
        for mode in [ChannelMode.mean, .each] {
            let error = try #require(Self.error(path, channels: mode))
            #expect(error.code == "not-finite")
            #expect(error.reason.hasPrefix("sample 149999 of channel 1 is "))
        }
        // The first channel is sound, and the other one is not asked for.
        #expect(Self.error(path, channels: .first) == nil)
    }

    @Test func infinitiesThatCancelAreStillFound() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("bad.wav")
        var samples = RecordingFixtures.noise(count: 2 * 1000)
        samples[200] = .infinity
        samples[201] = -.infinity
        try RecordingFixtures.write(
            samples, channels: 2, sampleRate: 1000, as: .wavFloat, to: path)
        let error = try #require(Self.error(path))
        #expect(
            error.cause == .notFinite(index: 100, channel: 0, value: .infinity))
    }

    @Test func samplesThatWouldOverflowTheSpectrumAreRefused() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("garbage.wav")
        var samples = RecordingFixtures.noise(count: 1000)
        samples[7] = -3e30
        try RecordingFixtures.write(samples, sampleRate: 1000, as: .wavFloat, to: path)
        let error = try #require(Self.error(path))
        #expect(error.cause == .tooLarge(index: 7, channel: 0, value: -3e30))
    }

    @Test(arguments: [99, 1, 20_000_000])
    func sampleRatesWithoutWindowsAreRefused(rate: Int) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("rate.wav")
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: 1000), sampleRate: rate, as: .wav16, to: path)
        #expect(Self.error(path)?.cause == .sampleRate(rate))
    }

    @Test(arguments: [-1, 0, 99])
    func signalsInMemoryAreHeldToTheSame(rate: Int) {
        #expect(throws: SignalError(path: "signal", .sampleRate(rate))) {
            try RecordingReader.open(signal: [1, 2, 3], sampleRate: rate)
        }
        #expect(throws: SignalError(path: "signal", .empty)) {
            try RecordingReader.open(signal: [], sampleRate: 8000)
        }
    }

    @Test func aHeaderWithoutChannelsIsUnreadable() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("none.wav")
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: 1000), sampleRate: 8000, as: .wav16, to: path)
        try RecordingFixtures.patch(path, at: 22, with: [0, 0])
        let error = try #require(Self.error(path))
        #expect(error.code == "unreadable")
        #expect(error.reason.contains("Channel count is zero"))
    }
}
