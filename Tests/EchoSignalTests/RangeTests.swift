import EchoSignal
import EchoTestSupport
import Testing

/// Parts of recordings, from one second to another.
@Suite(.timeLimit(.minutes(20))) struct RangeTests {
    /// 50 s at 1000 Hz, in formats that seek and in one that does not.
    private static func recording(
        _ scratch: ScratchFolder, _ format: RecordingFixtures.Format
    ) throws -> (path: String, samples: [Float]) {
        let path = try scratch.file("a.\(format.fileExtension)")
        let rate = format == .vorbis ? 8000 : 1000
        let samples = RecordingFixtures.noise(count: 50 * rate)
        try RecordingFixtures.write(samples, sampleRate: rate, as: format, to: path)
        return (path, try RecordingTests.decode(path).samples)
    }

    @Test(arguments: [RecordingFixtures.Format.wav16, .flac16, .vorbis])
    func aPartIsWhatSlicingGives(format: RecordingFixtures.Format) throws {
        let scratch = try ScratchFolder()
        let (path, samples) = try Self.recording(scratch, format)
        let rate = samples.count / 50
        for (start, end) in [(0.0, 1.0), (10.5, 12.25), (3.0, 49.0), (49, nil), (0, nil)]
            as [(Double, Double?)]
        {
            let overrides = InputOverrides(start: start, end: end)
            let reader = try Ramp.open(path, ReadingOptions(), overrides)
            let last = end.map { Int($0 * Double(rate)) } ?? samples.count
            let part = Array(samples[Int(start * Double(rate))..<last])
            #expect(reader.sampleCount == part.count)
            #expect(reader.note == nil)
            #expect(
                try RecordingReaderTests.segments(reader).map(\.samples)
                    == RecordingReaderTests.reference(part, sampleRate: rate))
        }
    }

    @Test func anEndBeyondTheRecordingIsNotedAndAStartBeyondItRefused() throws {
        let scratch = try ScratchFolder()
        let (path, _) = try Self.recording(scratch, .wav16)
        let long = try Ramp.open(path, ReadingOptions(), InputOverrides(start: 40, end: 60))
        #expect(long.sampleCount == 10_000)
        #expect(long.note?.contains("ends at 60.0 s, the recording at 50.0 s") == true)
        for format in [RecordingFixtures.Format.wav16, .vorbis] {
            let (path, _) = try Self.recording(scratch, format)
            let late = Ramp.error(path, ReadingOptions(), InputOverrides(start: 51))
            #expect(late?.cause == .outsideRange(start: 51, seconds: 50))
        }
        #expect(
            Ramp.error(path, ReadingOptions(), InputOverrides(start: 1e300))?.code
                == "outside-range")
    }

    @Test func partsOfArraysAndTextAreFoundToo() throws {
        for name in ["planar.npy", "f4le.npy", "savetxt.csv", "matrix.mat"] {
            let options = ReadingOptions(
                channels: .last, sampleRate: Ramp.rate, matKey: "data")
            let overrides = InputOverrides(start: 0.1, end: 0.2)
            let reader = try Ramp.open(Ramp.fixture(name), options, overrides)
            let part = Array(Ramp.channel(2)[100..<200])
            #expect(
                try RecordingReaderTests.segments(reader).map(\.samples)
                    == RecordingReaderTests.reference(part, sampleRate: Ramp.rate))
        }
    }

    @Test func aRateThatTheHeaderContradictsIsRefused() throws {
        let scratch = try ScratchFolder()
        let (path, _) = try Self.recording(scratch, .wav16)
        #expect(Ramp.error(path, ReadingOptions(), InputOverrides(sampleRate: 1000)) == nil)
        let error = Ramp.error(path, ReadingOptions(), InputOverrides(sampleRate: 8000))
        #expect(error?.cause == .otherSampleRate(told: 8000, header: 1000))
    }
}
