import EchoFormats
import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Columns called as options are options, and columns that may have been meant to be are warned of.
@Suite(.timeLimit(.minutes(20))) struct ManifestColumnTests {
    private static func find(_ name: String, _ text: String) throws -> InputDiscovery {
        let scratch = try ScratchFolder()
        return try InputDiscovery(InputSelection(manifest: try scratch.text(name, text)))
    }

    private static let expected: [InputOverrides] = [
        InputOverrides(channels: .last, matKey: "right"),
        InputOverrides(
            channels: .channel(1), csvColumns: ["x", "2"], raw: RawFormat("f32le:25600:1")),
        InputOverrides(),
    ]

    @Test func optionsMayBeColumns() throws {
        let csv = try Self.find(
            "list.csv",
            """
            path,channels,mat_key,csv_columns,raw
            a,last,right,,
            b,1,,"x,2",f32le:25600:1
            c,,,,
            """)
        #expect(csv.inputs.map(\.overrides) == Self.expected)
        #expect(csv.inputs.allSatisfy { $0.fields.isEmpty })
        let json = try Self.find(
            "list.jsonl",
            """
            {"path":"a","channels":"last","mat_key":"right"}
            {"path":"b","channels":1,"csv_columns":["x",2],"raw":"f32le:25600:1"}
            {"path":"c","channels":null,"raw":""}
            """)
        #expect(json.inputs.map(\.overrides) == Self.expected)
    }

    /// What a manifest of the output keeps: a change embeds again.
    @Test func overridesAreRecorded() {
        #expect(
            Self.expected[1].record.text
                == #"{"channels":"1","csv_columns":["x","2"],"raw":"f32le:25600:1"}"#)
        #expect(Self.expected[0].record.text == #"{"channels":"last","mat_key":"right"}"#)
        #expect(Self.expected[2].record.isEmpty)
    }

    /// Read with them: another column, and samples without a header.
    @Test func recordingsAreReadWithThem() throws {
        let scratch = try ScratchFolder()
        let rows = (0..<100).map { "\($0 % 3),\($0 % 7)" }.joined(separator: "\n")
        try scratch.text("x.csv", "a,b\n\(rows)\n")
        let floats = (0..<100).flatMap { index in
            withUnsafeBytes(of: Float(index % 7).bitPattern.littleEndian) { Array($0) }
        }
        try Data(floats).write(to: URL(fileURLWithPath: scratch.path + "/x.dat"))
        let list = try scratch.text(
            "list.csv", "path,sample_rate,csv_columns\nx.csv,1000,b\n./x.csv,1000,a\n")
        let error = #expect(throws: InputError.self) {
            try InputDiscovery(InputSelection(manifest: list))
        }
        // The same file with other columns is no repetition.
        #expect(error?.code == "same-name")
        let two = try scratch.text(
            "two.csv", "path,sample_rate,csv_columns,raw\nx.csv,1000,b,\nx.dat,,,f32le:1000:1\n")
        let inputs = try InputDiscovery(InputSelection(manifest: two)).inputs
        let samples = try inputs.map { input in
            try RecordingReader.open(input, SignalContent(path: input.path)).next()?.samples
        }
        #expect(samples[0] != nil)
        #expect(samples[0] == samples[1])
    }

    @Test(arguments: [
        ("channels", "left", "is not a channel"), ("csv_columns", "a;,", "names no columns"),
        ("raw", "f32", "is not a format"),
    ])
    func valuesThatCannotBeNameTheLineAndTheColumn(column: String, value: String, text: String) {
        let error = #expect(throws: InputError.self) {
            try Self.find("list.csv", "path,\(column)\na.wav,\"\(value)\"\n")
        }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains("line 2, column 2 (\(column))"), "\(message)")
        #expect(message.contains(text), "\(message)")
    }

    @Test func twoColumnsOfChannelsMustAgree() throws {
        #expect(throws: InputError.self) {
            try Self.find("list.csv", "path,channel,channels\na.wav,0,first\n")
        }
        let agreed = try Self.find("list.csv", "path,channel,channels\na.wav,first,first\n")
        #expect(agreed.inputs[0].overrides.channels == .first)
    }

    /// Every option that changes how one recording is read, in each kind of list.
    @Test(arguments: [
        ("csv_time", "\"t\"", "\"t\""), ("csv_rate", "\"ms\"", "\"ms\""),
        ("csv_delimiter", "\"|\"", "\"|\""), ("csv_decimal", "\",\"", "\",\""),
        ("csv_skip", "\"2\"", "2"), ("mat_rate", "\"fs\"", "\"fs\""),
        ("npz_key", "\"x\"", "\"x\""), ("npz_rate", "\"fs\"", "\"fs\""),
        ("tdms_key", "\"g/c\"", "\"g/c\""), ("time_axis", "1", "1"),
        ("integer_scale", "\"none\"", "\"none\""),
    ])
    func readingOptionsMayBeColumns(name: String, value: String, recorded: String) throws {
        let json = try Self.find("list.jsonl", #"{"path":"a.csv","\#(name)":\#(value)}"# + "\n")
        let csv = try Self.find("list.csv", "path,\(name),label\na.csv,\(value),x\nb.csv,,\n")
        for found in [json, csv] {
            #expect(found.inputs[0].overrides.record.text == #"{"\#(name)":\#(recorded)}"#)
            #expect(found.inputs[0].fields[name] == nil)
            #expect(found.warnings == [])
        }
        #expect(csv.inputs[1].overrides == InputOverrides())
    }

    @Test(arguments: [
        ("csv_rate", "hours"), ("csv_delimiter", "ab"), ("csv_decimal", "x"), ("csv_skip", "-1"),
        ("csv_skip", "1.5"), ("time_axis", "x"), ("integer_scale", "half"),
    ])
    func valuesThatAnOptionDoesNotTakeAreRefused(name: String, value: String) {
        let error = #expect(throws: InputError.self) {
            try Self.find("list.csv", "path,\(name)\na.csv,\(value)\n")
        }
        #expect(error.map { "\($0)".contains("line 2, column 2 (\(name))") } == true)
    }

    @Test(arguments: ["resample", "ffmpeg", "text", "hz"])
    func whatARowDoesNotSetIsWarnedOf(name: String) throws {
        let found = try Self.find("list.csv", "path,\(name)\na.csv,1\n")
        #expect(found.warnings.count == 1)
        #expect(found.warnings.first?.contains("changes nothing") == true)
    }

    /// A rate from timestamps goes before the run's, and must be the one that the row says.
    @Test func aRowsRateFromTimestampsIsTaken() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.text("a.csv", "time,a,b\n" + TextFile.pair(TextFile.times()))
        let list = try scratch.text(
            "list.csv", "path,id,csv_rate,sample_rate\na.csv,1,s,\na.csv,2,s,8000\na.csv,3,,8000\n")
        let inputs = try InputDiscovery(InputSelection(manifest: list)).inputs
        let run = ReadingOptions(sampleRate: 1000)
        #expect(try Ramp.open(path, run, inputs[0].overrides).sampleRate == 16_000)
        #expect(Ramp.error(path, run, inputs[1].overrides)?.code == "other-sample-rate")
        #expect(try Ramp.open(path, run, inputs[2].overrides).sampleRate == 8000)
    }

    @Test func aShardsJSONMaySetReadingOptions() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        tar.add("a.csv", Array("0".utf8))
        tar.add("a.json", Array(#"{"csv_skip":1,"csv_decimal":",","label":1}"#.utf8))
        let path = try scratch.file("x.tar")
        try tar.write(to: path)
        let reading = ReadingOptions(sampleRate: 1000)
        let found = try InputDiscovery(InputSelection(arguments: [path], reading: reading))
        #expect(
            found.inputs.map(\.overrides.record.text) == [#"{"csv_skip":1,"csv_decimal":","}"#])
    }

    // MARK: Near misses

    @Test(arguments: [
        ("rate", "sample_rate"), ("fs", "sample_rate"), ("samplerate", "sample_rate"),
        ("Sample_Rate", "sample_rate"), ("sample rate", "sample_rate"),
        ("sample_rte", "sample_rate"),
        ("chanel", "channel"), ("Channels", "channels"), ("star", "start"), ("begin", "start"),
        ("End", "end"), ("matkey", "mat_key"), ("csv-columns", "csv_columns"), ("Raw", "raw"),
    ])
    func aNearMissIsNamedWithTheRightName(column: String, meant: String) throws {
        let found = try Self.find("list.csv", "path,\(column)\na.wav,1\nb.wav,2\n")
        #expect(found.warnings.count == 1)
        #expect(found.warnings.first?.contains("\"\(column)\"") == true)
        #expect(found.warnings.first?.contains("meant as \(meant),") == true, "\(found.warnings)")
        #expect(found.inputs[0].fields[column] == .string("1"))
        let json = try Self.find("list.jsonl", #"{"path":"a.wav","\#(column)":1}"# + "\n")
        #expect(json.warnings.count == 1)
    }

    @Test(arguments: [
        "label", "machine", "fold", "split", "duration", "condition", "domain", "rpm", "load", "n",
        "é",
        "samples", "seed", "file",
    ])
    func otherColumnsAreNobodysMistake(column: String) throws {
        #expect(try Self.find("list.csv", "path,\(column)\na.wav,1\n").warnings == [])
    }

    @Test func aListWithoutAPathNamesWhatMayBeIt() {
        let error = #expect(throws: InputError.self) {
            try Self.find("list.csv", "filename,label\na.wav,1\n")
        }
        #expect(error.map { "\($0)".contains(#"if it is what "filename" means"#) } == true)
    }

    /// Data sets write there how many channels there are.
    @Test func aNumberInChannelsIsMentioned() throws {
        let found = try Self.find("list.csv", "path,channels\na.wav,1\nb.wav,1\n")
        #expect(found.inputs[0].overrides.channels == .channel(1))
        #expect(found.warnings.count == 1)
        #expect(found.warnings[0].contains("chooses channel 1, counted from 0"))
        #expect(try Self.find("list.csv", "path,channels\na.wav,first\n").warnings == [])
    }

    // MARK: KEY.json

    @Test func aShardsJSONMaySetOptions() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        for (key, json) in [
            ("a", #"{"channels":"last","label":1}"#), ("b", #"{"channels":2}"#),
            ("c", #"{"channels":"stereo"}"#),
        ] {
            tar.add(key + ".wav", [])
            tar.add(key + ".json", Array(json.utf8))
        }
        tar.add("d.mat", [])
        tar.add("d.json", Array(#"{"sample_rate":2000,"mat_key":"x","fs":1}"#.utf8))
        tar.add("e.bin", [])
        tar.add("e.json", Array(#"{"raw":"s16le:8000:2"}"#.utf8))
        tar.add("f.bin", [])
        tar.add("f.json", Array(#"{"raw":17}"#.utf8))
        let path = try scratch.file("x.tar")
        try tar.write(to: path)
        let reading = ReadingOptions(sampleRate: 1000, raw: RawFormat("f32le:1000:1"))
        let found = try InputDiscovery(InputSelection(arguments: [path], reading: reading))
        #expect(
            found.inputs.map(\.overrides) == [
                InputOverrides(channels: .last), InputOverrides(), InputOverrides(),
                InputOverrides(sampleRate: 2000, matKey: "x"),
                InputOverrides(raw: RawFormat("s16le:8000:2")),
            ])
        // They are carried through all the same.
        #expect(found.inputs[0].fields.members.map(\.key) == ["channels", "label"])
        #expect(found.warnings.count == 2, "\(found.warnings)")
        #expect(found.warnings[0].contains("channels is 2 in a KEY.json"))
        #expect(found.warnings[1].contains("meant as sample_rate"))
        #expect(found.problems.map(\.code) == ["member"])
        #expect("\(found.problems)".contains("f.bin"))
    }

    /// A rate there is read as one of a list is; one that is none is not left aside in silence.
    @Test func aShardsSampleRateIsReadAsThatOfAList() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        let values = [
            "12000", "12000.0", "\"12k\"", "\"12000\"", "null", "12000.5", "0", "-5", "\"x\"",
            "true",
        ]
        for (key, value) in values.enumerated() {
            tar.add("\(key).npy", [])
            tar.add("\(key).json", Array("{\"sample_rate\":\(value)}".utf8))
        }
        let path = try scratch.file("x.tar")
        try tar.write(to: path)
        let reading = ReadingOptions(sampleRate: 8000)
        let found = try InputDiscovery(InputSelection(arguments: [path], reading: reading))
        #expect(
            found.inputs.map(\.overrides.sampleRate) == [12_000, 12_000, 12_000, 12_000, nil])
        #expect(found.problems.map(\.code) == Array(repeating: "member", count: 5))
    }

    /// What a row says of an archive holds for all that is in it, and decides what is taken.
    @Test func aRowOfAnArchiveSetsOptionsForItsMembers() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        tar.add("a.bin", [])
        tar.add("b.wav", [])
        tar.add("b.json", Array(#"{"channels":"first"}"#.utf8))
        try tar.write(to: try scratch.file("x.tar"))
        let list = try scratch.text("list.csv", "path,raw,channels\nx.tar,s16le:8000:2,last\n")
        let found = try InputDiscovery(InputSelection(manifest: list))
        #expect(found.inputs.map(\.name) == ["x.tar/a.bin", "x.tar/b.wav"])
        #expect(found.inputs.map(\.overrides.channels) == [.last, .last])
    }
}
