import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Files that numpy wrote, and what it would not write.
@Suite(.timeLimit(.minutes(20))) struct NPYSignalTests {
    @Test(arguments: [
        "f4le", "f4be", "f8le", "f8be", "i2le", "i2be", "i4le", "i4be", "i1", "u1", "fortran",
        "planar", "planar-fortran",
    ])
    func everyElementAndOrderGivesTheSameSignal(name: String) throws {
        try Ramp.expect(
            Ramp.fixture("\(name).npy"), channels: (0..<3).map(Ramp.channel))
    }

    @Test func aVectorIsOneChannel() throws {
        try Ramp.expect(Ramp.fixture("vector.npy"), channels: [Ramp.channel(0)])
    }

    @Test func theRateIsNeverGuessed() throws {
        let error = try #require(Ramp.error(Ramp.fixture("vector.npy"), ReadingOptions()))
        #expect(error.code == "no-sample-rate")
        #expect(error.description.contains("--sample-rate"))
        let told = InputOverrides(sampleRate: 2000)
        #expect(
            try Ramp.open(Ramp.fixture("vector.npy"), ReadingOptions(), told).sampleRate == 2000)
        // What is said of one file goes before what is said of all.
        #expect(
            try Ramp.open(Ramp.fixture("vector.npy"), ReadingOptions(sampleRate: 1000), told)
                .sampleRate == 2000)
    }

    @Test(arguments: [
        ("cube", "shape", "[4, 4, 4]"), ("complex", "elements", "'<c8'"),
    ])
    func whatIsNoSignalIsRefused(name: String, code: String, reason: String) throws {
        let error = try #require(Ramp.error(Ramp.fixture("\(name).npy")))
        #expect(error.code == code)
        let text = error.reason.replacing("\"", with: "'")
        #expect(text.contains(reason), "\(error)")
    }

    @Test(arguments: [Float.nan, .infinity])
    func valuesThatAreNoNumbersAreFound(value: Float) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        var data = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("planar.npy")))
        // The last sample of the second of three channels.
        let place = 128 + 4 * (2 * Ramp.count - 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) {
            data.replaceSubrange(place..<place + 4, with: $0)
        }
        try data.write(to: URL(fileURLWithPath: path))
        let error = try #require(Ramp.error(path))
        #expect(error.code == "not-finite")
        #expect(error.reason.contains("sample 299 of channel 1"))
    }

    /// 7 GB and more promised by a file of 1.3 kB; a square; nothing at all.
    @Test(arguments: [
        ("(9223372036854775807, 3)", "malformed", "does not fit"),
        ("(4611686018427387904, 4)", "malformed", "does not fit"),
        ("(3, 800000000)", "malformed", "ends after 300"),
        ("(10, 10)", "shape", "[10, 10]"), ("(20, -1)", "malformed", "not a number"),
    ])
    func headersThatPromiseTooMuchAreRefused(
        shape: String, code: String, reason: String
    ) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        let data = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("vector.npy")))
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
        text += String(repeating: " ", count: 117 - text.utf8.count) + "\n"
        try (data[..<10] + Data(text.utf8) + data[128...]).write(to: URL(fileURLWithPath: path))
        let error = try #require(Ramp.error(path))
        #expect(error.code == code)
        #expect(error.reason.contains(reason), "\(error)")
    }

    /// Python 2 on Windows marked extents as long.
    @Test func extentsMayBeLong() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        let data = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("vector.npy")))
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (300L,), }"
        text += String(repeating: " ", count: 117 - text.utf8.count) + "\n"
        try (data[..<10] + Data(text.utf8) + data[128...]).write(to: URL(fileURLWithPath: path))
        try Ramp.expect(path, channels: [Ramp.channel(0)])
    }

    /// 40,000 samples of 2 channels, more than one segment at 1000 Hz, so that two passes are made.
    @Test(arguments: [true, false])
    func longArraysAreStreamed(planar: Bool) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        let count = 40_000
        let channels = [1, 2].map { RecordingFixtures.noise(count: count, seed: $0) }
        let values =
            planar
            ? channels[0] + channels[1]
            : (0..<count).flatMap { [channels[0][$0], channels[1][$0]] }
        let shape = planar ? "(2, \(count))" : "(\(count), 2)"
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
        text += String(repeating: " ", count: 117 - text.utf8.count) + "\n"
        let header = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8))
        let data = values.withUnsafeBytes { Data($0) }
        try (header + data).write(to: URL(fileURLWithPath: path))
        let reader = try Ramp.open(path, ReadingOptions(channels: .each, sampleRate: 1000))
        let references = channels.map { RecordingReaderTests.reference($0, sampleRate: 1000) }
        #expect(reader.segmentCount == 2)
        for segment in try RecordingReaderTests.segments(reader) {
            #expect(segment.samples == references[segment.channel][segment.index])
        }
    }

    /// `numpy.save` twice into one file, and a header that promises less than is there.
    @Test func whatFollowsTheArrayIsNotDroppedInSilence() throws {
        let scratch = try ScratchFolder()
        let array = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("vector.npy")))
        let (two, more) = (try scratch.file("two.npy"), try scratch.file("more.npy"))
        try (array + array).write(to: URL(fileURLWithPath: two))
        let error = try #require(Ramp.error(two))
        #expect(error.code == "ambiguous" && error.reason.contains("another array follows"))
        #expect(error.remedy.contains("--npz-key"))
        try (array + Data(count: 100)).write(to: URL(fileURLWithPath: more))
        try Ramp.expect(more, channels: [Ramp.channel(0)])
        let note = try Ramp.open(more).note
        #expect(note?.contains("100 bytes follow its array") == true)
    }
}
