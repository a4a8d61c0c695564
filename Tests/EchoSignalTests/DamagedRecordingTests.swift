import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Headers that lie, files that are cut off, files that change between the two passes.
@Suite(.timeLimit(.minutes(20))) struct DamagedRecordingTests {
    private static let rate = 16_000

    private static func recording(
        _ scratch: ScratchFolder, _ format: RecordingFixtures.Format, seconds: Int = 5
    ) throws -> String {
        let path = try scratch.file("a.\(format.fileExtension)")
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: rate * seconds), sampleRate: rate, as: format, to: path)
        return path
    }

    @Test(arguments: [RecordingFixtures.Format.wav16, .aiff16, .w64, .rf64])
    func whatIsThereOfACutFileIsReadAndNoted(format: RecordingFixtures.Format) throws {
        let scratch = try ScratchFolder()
        let path = try Self.recording(scratch, format)
        #expect(try RecordingReader.open(path: path, channels: .mean).note == nil)
        try RecordingFixtures.truncate(path, to: 0.5)
        let reader = try RecordingReader.open(path: path, channels: .mean)
        #expect(reader.note?.hasPrefix("cut off: ") == true)
        #expect((39_000...40_000).contains(reader.sampleCount))
        #expect(try RecordingReaderTests.segments(reader).count == 1)
    }

    /// Ogg does not declare a length once its last page is gone.
    @Test func aCutOggHasNoDeclaredLength() throws {
        let scratch = try ScratchFolder()
        let path = try Self.recording(scratch, .vorbis)
        try RecordingFixtures.truncate(path, to: 0.5)
        let reader = try RecordingReader.open(path: path, channels: .mean)
        #expect(reader.declaredFrameCount == nil)
        #expect((10_000..<70_000).contains(reader.sampleCount))
    }

    @Test func aFlacThatStopsDecodingIsUnreadable() throws {
        let scratch = try ScratchFolder()
        let path = try Self.recording(scratch, .flac16)
        let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
        try RecordingFixtures.patch(
            path, at: size / 2, with: Array(repeating: 0x55, count: size / 8))
        let error = try #require(RecordingErrorTests.error(path))
        #expect(error.code == "unreadable")
        #expect(error.reason.contains("flac decoder lost sync, after "))
    }

    /// A FLAC's 36-bit sample count: unknown, as encoders of streams write it, and too large.
    @Test(arguments: [(UInt8(0), nil as Int?), (UInt8(0x30), 3_145_728)])
    func aFlacHoldsWhatItHoldsWhateverItSays(byte: UInt8, declared: Int?) throws {
        let scratch = try ScratchFolder()
        let path = try Self.recording(scratch, .flac16)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        // "fLaC", a block header of 4 bytes, and 13 bytes into STREAMINFO.
        try RecordingFixtures.patch(path, at: 21, with: [bytes[21] & 0xF0, 0, byte, 0, 0])
        let reader = try RecordingReader.open(path: path, channels: .mean)
        #expect(reader.declaredFrameCount == declared)
        #expect(reader.sampleCount == Self.rate * 5)
    }

    /// What ffmpeg and sox write to a pipe, whose end they do not know when they write the header.
    @Test(arguments: [[255, 255, 255, 255], [219, 255, 255, 127]] as [[UInt8]])
    func aWavOfUnknownLengthIsReadToItsEnd(length: [UInt8]) throws {
        let scratch = try ScratchFolder()
        let path = try Self.recording(scratch, .wav16)
        try RecordingFixtures.patch(path, at: 40, with: length)
        let reader = try RecordingReader.open(path: path, channels: .mean)
        #expect(reader.sampleCount == Self.rate * 5)
        #expect(reader.note?.contains("leaves the length open") == true)
    }

    /// A part is whole where what was cut off lies behind it.
    @Test func aPartOfACutFileIsNotedWhereItReachesTheCut() throws {
        let scratch = try ScratchFolder()
        let path = try Self.recording(scratch, .wav16)
        try RecordingFixtures.truncate(path, to: 0.5)
        func note(from start: Double, to end: Double?) throws -> String? {
            try Ramp.open(path, ReadingOptions(), InputOverrides(start: start, end: end)).note
        }
        #expect(try note(from: 1, to: 2) == nil)
        #expect(try note(from: 1, to: nil)?.hasPrefix("cut off: ") == true)
        #expect(try note(from: 1, to: 4)?.contains("ends at 4.0 s") == true)
    }

    /// What happens to a recording of three segments between the passes.
    enum Change: String, CaseIterable {
        case shortened, lengthened, otherSamples, otherRate, broken

        /// What the error says of it.
        var text: String {
            switch self {
            case .shortened: "50000 samples became 49997"
            case .lengthened: "50000 samples became more than 50000"
            case .otherSamples: "its samples are not those of the first pass"
            case .otherRate: "1 channel at 1000 Hz became 1 at 1001 Hz"
            case .broken: "sample 40000 of channel 0 is NaN"
            }
        }
    }

    @Test(arguments: Change.allCases)
    func aFileThatChangesBetweenThePassesIsAnError(change: Change) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.wav")
        var samples = RecordingFixtures.noise(count: 50_000)
        try RecordingFixtures.write(samples, sampleRate: 1000, as: .wavFloat, to: path)
        let reader = try RecordingReader.open(path: path, channels: .mean)
        #expect(reader.segmentCount == 3)

        var rate = 1000
        switch change {
        case .shortened: samples.removeLast(3)
        case .lengthened: samples += RecordingFixtures.noise(count: 100_000)
        case .otherSamples: samples[49_999] += 0.25
        case .otherRate: rate = 1001
        case .broken: samples[40_000] = .nan
        }
        try RecordingFixtures.write(samples, sampleRate: rate, as: .wavFloat, to: path)
        let error = #expect(throws: SignalError.self) {
            while try reader.next() != nil {}
        }
        #expect(error?.cause == .changed(change.text))
        #expect(error?.code == "changed")
        #expect(error?.path == path)
    }

    /// It may come back: the next run looks for it again.
    @Test func aFileThatVanishesBetweenThePassesIsMissing() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.wav")
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: 50_000), sampleRate: 1000, as: .wavFloat, to: path)
        let reader = try RecordingReader.open(path: path, channels: .mean)
        try FileManager.default.removeItem(atPath: path)
        let error = #expect(throws: SignalError.self) {
            while try reader.next() != nil {}
        }
        #expect(error?.code == "missing")
        #expect(error?.nature == .passing)
    }

    @Test func aFileThatFitsInOneSegmentIsReadOnce() throws {
        let scratch = try ScratchFolder()
        let path = try Self.recording(scratch, .wav16)
        let reader = try RecordingReader.open(path: path, channels: .mean)
        try FileManager.default.removeItem(atPath: path)
        #expect(try RecordingReaderTests.segments(reader).count == 1)
    }
}
