import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Values inside of MATLAB files, by path: what scipy (v4, v5, plain and compressed) and h5py wrote.
@Suite(.timeLimit(.minutes(20))) struct MatPathTests {
    private static func options(_ key: String?, rate: String? = nil) -> ReadingOptions {
        ReadingOptions(sampleRate: rate == nil ? Ramp.rate : nil, matKey: key, matRate: rate)
    }

    private static let files = ["nested", "nested-compressed"]

    @Test(
        arguments: files,
        [
            ("bearing.gs", 0), ("b*.g?", 0), ("Y(1).Data", 0), ("Y(2).Data", 1), ("Y(1,3).Data", 2),
            ("Y( 3 ).D*", 2), ("C{2}", 0), ("C{2,1}", 0), ("wrapped{1}.deep.x", 0),
            ("wrapped.deep.x", 0), ("wrapped{*}.*.x", 0),
        ])
    func aPathLeadsToAValue(name: String, path: (key: String, channel: Int)) throws {
        try Ramp.expect(
            Ramp.fixture("\(name).mat"), channels: [Ramp.channel(path.channel)],
            Self.options(path.key))
    }

    /// Structs and cells of v7.3 are groups and references.
    @Test(arguments: [
        ("bearing.gs", [Float(1)]), ("C{2}", [1]), ("C{1}", [-1]), ("Y(2).Data", [1]),
        ("Y.Data", [-1, 1]), ("C{*}", [-1, 1]),
    ])
    func aPathLeadsThroughHDF5(key: String, signs: [Float]) throws {
        try Ramp.expect(
            Ramp.fixture("v73-struct.mat"),
            channels: signs.map { sign in Ramp.channel(0).map { $0 * sign } }, Self.options(key))
    }

    @Test(arguments: ["nested", "nested-compressed", "v73-struct"])
    func aRateInTheFileIsTaken(name: String) throws {
        try Ramp.expect(
            Ramp.fixture("\(name).mat"), channels: [Ramp.channel(0)],
            Self.options("bearing.gs", rate: "bearing.sr"))
    }

    /// The file's own rate goes before the one that is said of all; another in the manifest is refused.
    @Test func theRateOfTheFileGoesFirst() throws {
        var options = Self.options("bearing.gs", rate: "bearing.sr")
        options.sampleRate = 2000
        let path = Ramp.fixture("nested.mat")
        #expect(try Ramp.open(path, options).sampleRate == Ramp.rate)
        let other = Ramp.error(path, options, InputOverrides(sampleRate: 2000))
        #expect(other?.code == "other-sample-rate")
    }

    @Test(arguments: [
        ("bearing.period", "stored-rate", ["0.001", "whole number of Hz"]),
        ("bearing.gs", "stored-rate", ["bearing.gs", "not a single real number"]),
        ("bearing.fs", "variable", ["\"bearing.fs\"", "\"bearing.sr\" 1x1 int16", "--mat-rate"]),
    ])
    func whatIsNoRateIsRefused(rate: String, code: String, parts: [String]) throws {
        let options = Self.options("bearing.gs", rate: rate)
        let error = try #require(Ramp.error(Ramp.fixture("nested.mat"), options))
        #expect(error.code == code)
        for part in parts { #expect(error.description.contains(part), "\(error)") }
    }

    /// Several vectors are channels: in the order of the file, or of the list.
    @Test func severalMatchesAreChannels() throws {
        let (one, other) = (Ramp.channel(0), Ramp.channel(0).map { -$0 })
        for name in ["cwru", "cwru-compressed"] {
            let path = Ramp.fixture("\(name).mat")
            try Ramp.expect(path, channels: [one, other], Self.options("*_time"))
            let list = Self.options("X097_FE_time, X097_DE_time")
            try Ramp.expect(path, channels: [other, one], list)
        }
        for name in Self.files {
            try Ramp.expect(
                Ramp.fixture("\(name).mat"), channels: (0..<3).map(Ramp.channel),
                Self.options("Y.Data"))
        }
    }

    @Test(arguments: [
        ("odd.*", ["2 variables", "one length", "\"odd.a\" 1x300", "\"odd.b\" 1x10"]),
        ("Y(4).Data", ["\"Y(3).Data\" 1x300 double"]), ("Y(0).Data", ["has no variable"]),
        ("C{9}", ["\"C{4}\""]), ("bearing", ["\"bearing.gs\" 300x1 double"]),
        ("bearing.nothing", ["\"bearing.load\" 1x1 double"]), ("Y(1", ["has no variable"]),
        ("bearing.gs,nothing", ["\"nothing\""]), ("Y(1).Name", ["char"]),
        ("", ["has no variable"]),
    ])
    func aPathThatLeadsNowhereIsRefusedWithWhatThereIs(key: String, parts: [String]) throws {
        for name in Self.files {
            let options = Self.options(key)
            let error = try #require(Ramp.error(Ramp.fixture("\(name).mat"), options))
            #expect(error.code == "variable")
            for part in parts { #expect(error.description.contains(part), "\(error)") }
        }
    }

    /// What rises evenly is a time, whatever its name, and no signal.
    @Test(arguments: ["time", "time-compressed", "v4"])
    func aTimeBesideAMatrixIsNotTheSignal(name: String) throws {
        let path = Ramp.fixture("\(name).mat")
        let three = (0..<3).map(Ramp.channel)
        try Ramp.expect(path, channels: three)
        try Ramp.expect(path, channels: three, Self.options("data"))
    }

    /// Structs alone have no signal at their top; what there is is listed, ready to be named.
    @Test func aSignalInAStructIsNotGuessed() throws {
        let error = try #require(Ramp.error(Ramp.fixture("v73-struct.mat")))
        #expect(error.code == "variable")
        #expect(error.reason.contains("\"bearing.gs\" 300x1 double"), "\(error)")
    }

    /// Far more comes out of a piece of the file than is taken at a time.
    @Test func whatIsPackedTightlyIsReadToItsEnd() throws {
        let reader = try Ramp.open(Ramp.fixture("long-compressed.mat"))
        #expect(reader.sampleCount == 400 * Ramp.count)
        let expected = RecordingReaderTests.reference(
            (0..<400).flatMap { _ in Ramp.channel(0) }, sampleRate: Ramp.rate)
        #expect(try RecordingReaderTests.segments(reader).map(\.samples) == expected)
    }

    @Test func bigEndianFilesAndPackedNumbersAreRead() throws {
        let channel = Ramp.channel(0).map { $0 * 64 }
        try Ramp.expect(Ramp.fixture("big-endian.mat"), channels: [channel])
    }
}
