import EchoFormats
import EchoScore
import EchoStore
import Testing

@Suite(.timeLimit(.minutes(20)))
struct FieldReaderTests {
    @Test func aPathTellsWhatAnIdLeavesOut() throws {
        var reader = FieldReader()
        let fields = try reader.fields(
            id: "section_00_source_test_normal_0000.wav",
            path: "/data/dev_data/fan/test/section_00_source_test_normal_0000.wav")
        #expect(
            fields == [
                "set": "development", "machine": "fan", "split": "test", "section": "section_00",
                "domain": "source", "label": "normal",
            ])
    }

    @Test func anIdOfItsOwnAndAPathMakeOneRecording() throws {
        var reader = FieldReader()
        #expect(
            try reader.fields(id: "pump/train/7", path: "/disk/section_00_0001.wav")
                == ["machine": "pump", "split": "train", "section": "section_00"])
    }

    @Test func columnsOfListsAreFields() throws {
        var reader = FieldReader()
        let source = RecordingSource(
            id: "a.wav", path: "a.wav", byteCount: 1, modified: nil,
            fields: [
                "load": .number("1.50"), "label": .string("inner"), "dry": .bool(true),
                "note": .null,
                "list": .array([]), "empty": .string(""),
            ])
        #expect(try reader.fields(of: source) == ["load": "1.50", "label": "inner", "dry": "true"])
    }

    @Test func sourcesThatDisagreeAreRefusedWithBothNamed() throws {
        var reader = FieldReader(pattern: try NamePattern("^(?<label>[a-z]+)-"))
        let error = #expect(throws: FieldError.self) {
            try reader.fields(
                id: "good-fan/section_00_source_test_anomaly_0001.wav",
                path: "good-fan/section_00_source_test_anomaly_0001.wav")
        }
        #expect(
            "\(try #require(error))"
                == "good-fan/section_00_source_test_anomaly_0001.wav: its label is \"anomaly\" by its name, "
                + "and \"good\" by --pattern. Correct one of them.")
        #expect(throws: FieldError.self) {
            try reader.fields(id: "fan/source_test/section_00_target_test_0000.wav", path: "")
        }
    }

    @Test func equalValuesOfTwoSourcesAreFine() throws {
        var reader = FieldReader(pattern: try NamePattern("(?<machine>fan)"))
        let fields = try reader.fields(id: "fan/test/a.wav", path: "fan/test/a.wav")
        #expect(fields == ["machine": "fan", "split": "test"])
    }

    @Test func matchesAreCountedAndNoMatchIsAnError() throws {
        var reader = FieldReader(pattern: try NamePattern("_(?<label>ok|bad)$"))
        _ = try reader.fields(id: "1_ok", path: "1_ok")
        _ = try reader.fields(id: "2_what", path: "2_what")
        #expect(reader.counts.recordings == 2)
        #expect(reader.counts.matched == 1)
        #expect(reader.counts.firstUnmatched == "2_what")
        try reader.requireMatches()

        var none = FieldReader(pattern: try NamePattern("(?<label>x+)"))
        _ = try none.fields(id: "1_ok", path: "1_ok")
        #expect(throws: FieldError.patternNeverFits("(?<label>x+)", count: 1, first: "1_ok")) {
            try none.requireMatches()
        }
    }

    @Test func labelsMeanWhatIsSaidOrAreRefused() throws {
        let usual = LabelMeaning()
        #expect(try !usual.isAnomalous("normal", of: "a"))
        #expect(try usual.isAnomalous("anomaly", of: "a"))
        #expect(throws: FieldError.unknownLabel(id: "a", label: "inner")) {
            try usual.isAnomalous("inner", of: "a")
        }
        let named = LabelMeaning(normal: ["healthy"])
        #expect(try !named.isAnomalous("healthy", of: "a"))
        #expect(try named.isAnomalous("normal", of: "a"))
    }
}

@Suite(.timeLimit(.minutes(20)))
struct NamePatternTests {
    @Test func namedGroupsAreFields() throws {
        let pattern = try NamePattern("^(?<machine>[a-z]+)_(?:(?<label>ok|bad)_)?([0-9]+)")
        #expect(pattern.fields(of: "fan_ok_12.wav") == ["machine": "fan", "label": "ok"])
        #expect(pattern.fields(of: "fan_12.wav") == ["machine": "fan"])
        #expect(pattern.fields(of: "12.wav") == nil)
        #expect(try NamePattern("(?P<a>.)").fields(of: "x") == ["a": "x"])
    }

    @Test func aMarkThatCombinesIsACharacterOfTheName() throws {
        // By Swift's characters there would be no underscore in here.
        let pattern = try NamePattern("^(?<machine>[a-z]+)_")
        #expect(pattern.fields(of: "fan_\u{301}x") == ["machine": "fan"])
    }

    @Test(arguments: ["(?<machine>[a-z", "(?<a>.)(?<a>.)", "*", "(?<=a)b"])
    func whatIsNoPatternIsRefused(_ text: String) {
        let error = #expect(throws: FieldError.self) { try NamePattern(text) }
        guard case .badPattern(text, let reason)? = error else {
            Issue.record("\(text): \(String(describing: error))")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test(arguments: ["[a-z]+", "(a)(b)", "[(?<a>]"])
    func aPatternWithoutNamesIsRefused(_ text: String) {
        #expect(throws: FieldError.patternWithoutNames(text)) { try NamePattern(text) }
    }
}
