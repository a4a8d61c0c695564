import Testing

import EchoScore

@Suite(.timeLimit(.minutes(20)))
struct RecordingTimeTests {
    /// Names and what their dates are; nil where they have none. Seconds of `date -u -d ... +%s`.
    private static let names: [(String, Double?)] = [
        // NASA IMS, year first with dots, and its ending is none.
        ("1st_test/2003.10.22.12.06.24", 1_066_824_384),
        ("2004.02.12.10.32.39.wav", 1_076_581_959),
        ("2024-05-01T12-00-00.wav", 1_714_564_800),
        ("2024-05-01T12-00-00.250.wav", 1_714_564_800.25),
        ("pump_20240501_120000.flac", 1_714_564_800),
        ("pump_20240501T120000Z_ch1.flac", 1_714_564_800),
        ("20240501T120000+0200.flac", 1_714_557_600),
        ("20240501T1200-0500.flac", 1_714_582_800),
        ("20240501120000.wav", 1_714_564_800),
        ("202405011200.wav", 1_714_564_800),
        ("2024-05-01.wav", 1_714_521_600),
        ("2024_05_01_pump.wav", 1_714_521_600),
        // Folders tell it where the file's name does not; the innermost does.
        ("2024-04-01/2024-05-01/pump.wav", 1_714_521_600),
        // The file's name goes before its folders': one recorded after midnight.
        ("2024-04-30/20240501_000000.wav", 1_714_521_600),
        // A date alone, and the same day with its time.
        ("2024-05-01_20240501_120000.wav", 1_714_564_800),
        // A counter after a date is no time of day, nor is a minus before it a zone.
        ("20240501_0012.wav", 1_714_521_600), ("2024-05-01_07.wav", 1_714_521_600),
        ("20240501_120000-0500.wav", 1_714_564_800), ("20240501_996000.wav", 1_714_521_600),
        // Numbers in order, as XJTU has them; data sets; days that are none; longer numbers.
        ("Bearing1_1/1.csv", nil), ("123.csv", nil), ("130@6_0.mat", nil),
        ("section_00_source_train_normal_0001_strength_1_ambient.wav", nil),
        ("normal_id_00_00000000.wav", nil), ("20240230.wav", nil), ("2023-02-29.wav", nil),
        ("120240501.wav", nil), ("202405011.wav", nil),
        ("2024050124.wav", nil), ("1234567890.wav", nil), ("48000101.wav", nil), ("", nil),
    ]

    @Test(arguments: names)
    func readsTheDateInAName(name: String, seconds: Double?) throws {
        let time = try RecordingTime.of(id: name, modified: nil, by: .automatic)
        #expect(time?.seconds == seconds)
        #expect(time?.source == (seconds == nil ? nil : .name))
    }

    private static let texts: [(String, Double, Bool)] = [
        ("2024-05-01", 1_714_521_600, false), ("2024-05-01T12:00", 1_714_564_800, false),
        ("2024-05-01 12:00:00", 1_714_564_800, false),
        (" 2024-05-01T12:00:00Z ", 1_714_564_800, true),
        ("2024-05-01T14:00:00+02:00", 1_714_564_800, true),
        ("2024-05-01 07:00:00-05:00", 1_714_564_800, true),
        ("2024-05-01T12:00:00,5Z", 1_714_564_800.5, true),
        ("20240501T120000Z", 1_714_564_800, true),
        ("20240501", 1_714_521_600, false), ("2004.02.12.10.32.39", 1_076_581_959, false),
        ("1714564800", 1_714_564_800, true), ("1714564800.25", 1_714_564_800.25, true),
        ("1714564800000", 1_714_564_800, true), ("1714564800000000", 1_714_564_800, true),
        ("1714564800000000000", 1_714_564_800, true), ("1900-03-01", -2_203_891_200, false),
        ("2000-02-29T23:59:59Z", 951_868_799, true),
    ]

    @Test(arguments: texts)
    func readsAField(text: String, seconds: Double, hasZone: Bool) throws {
        let time = try RecordingTime.of(
            id: "2011-11-11.wav", modified: 5, fields: ["when": text], by: .field("when"))
        #expect(time == RecordingTime(seconds: seconds, source: .field, hasZone: hasZone))
    }

    /// What is refused, and what the message names.
    private static let refused: [(String, [String])] = [
        ("2024050112", ["2024-05-01T12:00:00 (a date)", "2034-02-20T12:08:32Z (Unix time)"]),
        ("01/05/2024", ["2024-05-01 (day first)", "2024-01-05 (month first)"]),
        ("25.12.2024 10:00", ["2024-12-25 (day first)"]),
        ("3600", ["\"3600\" is not a time", "1990 to 2099"]), ("", ["is not a time"]),
        ("noon", ["is not a time"]), ("2024-05-01T12:00:00 or later", ["is not a time"]),
        ("2024-02-30", ["is not a time"]), ("nan", ["is not a time"]),
        ("-1714564800", ["is not a time"]),
    ]

    @Test(arguments: refused)
    func refusesAFieldThatIsNoOrTwoTimes(text: String, named: [String]) {
        let error = #expect(throws: TimeError.self) {
            try RecordingTime.of(
                id: "a.wav", modified: 5, fields: ["when": text], by: .field("when"))
        }
        for part in named {
            #expect(error?.description.contains(part) == true, "\(String(describing: error))")
        }
    }

    @Test(arguments: [
        ("2024-05-01_to_2024-05-08.wav", ["2024-05-01", "2024-05-08"]),
        ("20240501_120000_20240501_130000.wav", ["2024-05-01T12:00:00", "2024-05-01T13:00:00"]),
        (
            "2024-05-01/pump_2024050112.wav",
            ["2024-05-01T12:00:00 (a date)", "2034-02-20T12:08:32Z (Unix time)", "--time order"]
        ),
        ("01-05-2024/pump.wav", ["2024-05-01 (day first)", "2024-01-05 (month first)"]),
    ])
    func refusesANameWithTwoTimes(name: String, named: [String]) {
        let error = #expect(throws: TimeError.self) {
            try RecordingTime.of(id: name, modified: 5, by: .automatic)
        }
        for part in named {
            #expect(error?.description.contains(part) == true, "\(String(describing: error))")
        }
    }

    @Test func takesTheFilesTimeWhereNothingElseTellsIt() throws {
        let nanoseconds = 1_714_564_800_500_000_000
        let time = try RecordingTime.of(id: "1.csv", modified: nanoseconds, by: .automatic)
        #expect(time == RecordingTime(seconds: 1_714_564_800.5, source: .modified))
        let asked = try RecordingTime.of(id: "2004-01-01.wav", modified: 0, by: .modified)
        #expect(asked == RecordingTime(seconds: 0, source: .modified))
        #expect(try RecordingTime.of(id: "1.csv", modified: nil, by: .automatic) == nil)
        #expect(try RecordingTime.of(id: "2004-01-01.wav", modified: 0, by: .order) == nil)
    }

    @Test func aFieldThatIsMissingOrMeansTwoThingsIsRefused() {
        let missing = #expect(throws: TimeError.self) {
            try RecordingTime.of(
                id: "a.wav", modified: 0, fields: ["day": "1", "load": "2"], by: .field("date"))
        }
        #expect(missing?.description.contains("day, load") == true)
        #expect(throws: TimeError.self) {
            try RecordingTime.of(
                id: "a.wav", modified: 0, fields: ["modified": "2024-01-01"], by: .modified)
        }
    }

    @Test(arguments: [0, 951_782_400, 951_868_799, 1_714_564_800, -2_203_891_200, 4_102_444_799])
    func textAndSecondsAreInverse(seconds: Double) throws {
        let text = CivilTime.text(seconds)
        let time = try RecordingTime.of(
            id: "a", modified: nil, fields: ["t": text], by: .field("t"))
        #expect(time?.seconds == seconds, "\(text)")
    }

    @Test func textHasMillisecondsWhereThereAreSome() {
        #expect(CivilTime.text(0.25) == "1970-01-01T00:00:00.250Z")
        #expect(CivilTime.text(-0.0004) == "1970-01-01T00:00:00Z")
        #expect(CivilTime.text(86_399.9996) == "1970-01-02T00:00:00Z")
    }

    @Test func countsWhatToldTheTimes() throws {
        var counts = TimeCounts()
        #expect(counts.sentence == nil)
        counts.add(RecordingTime(seconds: 0, source: .name, hasZone: false))
        #expect(counts.warnings.isEmpty)
        counts.add(RecordingTime(seconds: 0, source: .modified))
        counts.add(nil)
        #expect(
            counts.sentence == "Times of recordings: 1 from the date in the name, "
                + "1 from when the file was changed, 1 not known (1 without a zone, read as UTC).")
        #expect(counts.warnings.count == 1)
    }
}
