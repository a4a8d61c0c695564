import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Files that scipy (v5, plain and compressed) and h5py (v7.3) wrote.
@Suite(.timeLimit(.minutes(20))) struct MatSignalTests {
    @Test(arguments: ["cwru", "cwru-compressed", "only", "int16", "v73", "v73-text"])
    func theSignalIsFoundByItself(name: String) throws {
        try Ramp.expect(Ramp.fixture("\(name).mat"), channels: [Ramp.channel(0)])
    }

    @Test(arguments: ["X097_FE_time", "*_FE_time", "X???_FE_*"])
    func aKeyMayHaveWildcards(key: String) throws {
        let options = ReadingOptions(sampleRate: Ramp.rate, matKey: key)
        try Ramp.expect(
            Ramp.fixture("cwru.mat"), channels: [Ramp.channel(0).map { -$0 }], options)
    }

    /// A pattern fits a time too, which is left out; by its own name it is meant.
    @Test func timesThatAPatternFitsAreLeftOut() throws {
        let path = Ramp.fixture("times.mat")
        let one = Ramp.channel(0)
        let options = ReadingOptions(sampleRate: Ramp.rate, matKey: "*_time")
        try Ramp.expect(path, channels: [one, one.map { -$0 }], options)
        let note = try Ramp.open(path, options).note
        #expect(note?.contains("\"t_time\"") == true, "\(String(describing: note))")
        let named = ReadingOptions(
            channels: .each, sampleRate: Ramp.rate, matKey: "a_time,t_time")
        #expect(try Ramp.open(path, named).channelCount == 2)
    }

    /// Rates are whole numbers of Hz; what is rounded is noted.
    @Test(arguments: [("odd", true), ("near", false)])
    func aRateThatIsRoundedIsNoted(name: String, isNoted: Bool) throws {
        let reader = try Ramp.open(
            Ramp.fixture("rates.mat"), ReadingOptions(matKey: "x", matRate: name))
        #expect(reader.sampleRate == 1000)
        #expect((reader.note?.contains("1000.4") == true) == isNoted)
        #expect((reader.note == nil) != isNoted)
    }

    @Test func aV73ThatIsCutOffSaysSo() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.mat")
        let data = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("v73.mat")))
        try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: path))
        let error = try #require(Ramp.error(path))
        #expect(error.reason.contains("cut off"), "\(error)")
    }

    @Test(arguments: ["data", "transposed"])
    func aMatrixHasItsChannelsAcrossTime(key: String) throws {
        let options = ReadingOptions(sampleRate: Ramp.rate, matKey: key)
        try Ramp.expect(
            Ramp.fixture("matrix.mat"), channels: (0..<3).map(Ramp.channel), options)
    }

    @Test(
        arguments: [
            ("two", nil, ["2 variables", "\"a\" 1x300 double", "\"b\"", "--mat-key"]),
            ("none", nil, ["no vector", "\"note\"", "\"s.inner\" 1x300 double", "\"z\""]),
            ("only", "missing", ["\"missing\"", "\"vibration\" 1x300 double", "\"rpm\" 1x1"]),
            ("cwru", "X097*", ["3 variables", "X097RPM"]),
            ("none", "note", ["\"note\"", "not a real vector"]),
        ] as [(String, String?, [String])])
    func whatCannotBeChosenIsListed(name: String, key: String?, parts: [String]) throws {
        let options = ReadingOptions(sampleRate: Ramp.rate, matKey: key)
        let error = try #require(Ramp.error(Ramp.fixture("\(name).mat"), options))
        #expect(error.code == "variable")
        for part in parts { #expect(error.description.contains(part), "\(error)") }
    }

    @Test func theRateIsNeverGuessed() throws {
        let error = try #require(Ramp.error(Ramp.fixture("only.mat"), ReadingOptions()))
        #expect(error.code == "no-sample-rate")
    }

    /// Cut anywhere, a file has a reason, and v5 notices every cut.
    @Test(arguments: ["cwru", "cwru-compressed", "v73"])
    func filesThatAreCutOffAreRefused(name: String) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.mat")
        let data = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("\(name).mat")))
        for count in stride(from: 0, to: data.count, by: max(1, data.count / 40)) {
            try data.prefix(count).write(to: URL(fileURLWithPath: path))
            let error = Ramp.error(path)
            // At a boundary between variables it is a whole file of fewer.
            if error == nil { #expect(name != "v73") }
            if let error {
                #expect(["malformed", "variable", "empty"].contains(error.code), "\(error)")
            }
        }
    }
}
