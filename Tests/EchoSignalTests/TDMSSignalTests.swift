import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// LabVIEW's files, as npTDMS wrote and reads them.
@Suite(.timeLimit(.minutes(20))) struct TDMSSignalTests {
    private static let three = (0..<3).map(Ramp.channel)

    /// Segments of contiguous channels; chunks of interleaved ones, the last without metadata.
    @Test(arguments: ["segments", "interleaved-le", "interleaved-be"])
    func channelsOfAGroupAreChannels(name: String) throws {
        try Ramp.expect(Ramp.fixture("\(name).tdms"), channels: Self.three, ReadingOptions())
    }

    /// Raw integers times 0.25 plus 2, in the unit that the file says.
    @Test func scalesAreApplied() throws {
        let channel = Ramp.channel(0).map { $0 * 64 * 0.25 + 2 }
        try Ramp.expect(Ramp.fixture("scaled.tdms"), channels: [channel], ReadingOptions())
    }

    @Test func aKeyChoosesChannels() throws {
        let path = Ramp.fixture("groups.tdms")
        let (one, other) = (Ramp.channel(0), Ramp.channel(0).map { -$0 })
        for (key, channels) in [
            ("A/x", [one]), ("B/it's", [other]), ("*/*s, A/x", [other, one]), ("B/*", [other]),
        ] {
            let options = ReadingOptions(sampleRate: Ramp.rate, tdmsKey: key)
            try Ramp.expect(path, channels: channels, options)
        }
        for key in [nil, "C/x"] {
            let options = ReadingOptions(sampleRate: Ramp.rate, tdmsKey: key)
            let error = try #require(Ramp.error(path, options))
            #expect(error.code == "variable")
            for part in ["\"A/x\" 300 float64", "\"B/it's\"", "--tdms-key"] {
                #expect(error.description.contains(part), "\(error)")
            }
        }
        #expect(Ramp.error(path, ReadingOptions(tdmsKey: "A/x"))?.code == "no-sample-rate")
    }

    /// A recorder that lost its power: what is there of the last segment, and a note.
    @Test(arguments: ["interleaved-le", "interleaved-be"])
    func anUnfinishedSegmentIsReadAsFarAsItGoes(name: String) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.tdms")
        let data = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("\(name).tdms")))
        let last = 150 * 3 * 4
        for isUnknown in [true, false] {
            var cut = Array(data)
            // The length in the lead-in of the last segment, and 50 frames and a bit of it.
            let place = data.count - last - 28 + 12
            if isUnknown {
                cut.replaceSubrange(place..<place + 8, with: repeatElement(255, count: 8))
            }
            try Data(cut.prefix(data.count - 100 * 12 + 5)).write(to: URL(fileURLWithPath: path))
            let reader = try Ramp.open(path, ReadingOptions())
            #expect(reader.sampleCount == 200)
            #expect(reader.note?.hasPrefix("cut off: ") == true)
        }
    }

    /// Without one of its channels it would be another signal.
    @Test func aChannelThatIsCutOffWhollyIsMissed() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.tdms")
        let data = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("segments.tdms"))))
        // Behind the lead-in and the metadata a part of the first channel alone.
        let length = data[20..<28].reversed().reduce(0) { $0 << 8 | Int($1) }
        try Data(data.prefix(28 + length + 100)).write(to: URL(fileURLWithPath: path))
        let error = try #require(Ramp.error(path, ReadingOptions()))
        #expect(error.code == "malformed")
        #expect(error.reason.contains("cut off before the first value of"), "\(error)")
    }

    @Test func rawValuesOfDAQmxAreNamed() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.tdms")
        var data = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("segments.tdms")))
        data[4] |= 0x80
        try data.write(to: URL(fileURLWithPath: path))
        let error = try #require(Ramp.error(path, ReadingOptions()))
        #expect(error.code == "elements")
        #expect(error.reason.contains("DAQmx"))
    }
}
