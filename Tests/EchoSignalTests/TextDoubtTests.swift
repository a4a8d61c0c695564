import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Files that look as if they were read rightly and are not: thousands, units, heads that are numbers,
/// values that are missing. Each is refused, or said, and the option that the error names decides.
@Suite(.timeLimit(.minutes(20))) struct TextDoubtTests {
    private static let both = [TextFile.left, TextFile.right]
    private static let comma = CSVOptions(decimal: .comma)

    private static func commas(_ text: String) -> String {
        text.replacingOccurrences(of: ".", with: ",")
    }

    private static func rows(_ separator: String, _ field: (Double) -> String) -> String {
        zip(TextFile.left, TextFile.right)
            .map { "\(field($0))\(separator)\(field($1))\n" }.joined()
    }

    /// Whole numbers with a point between thousands, as Germans write them.
    private static func thousands(_ value: Double) -> String {
        let number = Int((value * 150_000).rounded())
        guard number.magnitude >= 1000 else { return "\(number)" }
        return String(format: "%d.%03d", number / 1000, abs(number % 1000))
    }

    private static func refusal(
        _ text: String, _ csv: CSVOptions = CSVOptions(), _ parts: String...,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let error = try #require(try TextFile.error(text, csv), sourceLocation: location)
        for part in parts {
            #expect("\(error)".contains(part), "\(error)", sourceLocation: location)
        }
    }

    @Test(arguments: ["", "a,b\n"])
    func aDecimalCommaPartsNoFields(header: String) throws {
        let text = header + Self.commas(TextFile.pair())
        try Self.refusal(text, CSVOptions(), "--csv-decimal")
        try Self.refusal(text, Self.comma, "--csv-decimal", "--csv-delimiter")
        let timed = Self.commas(TextFile.pair(TextFile.times()))
        try Self.refusal(timed, CSVOptions(), "--csv-decimal")
        try Self.refusal(timed, Self.comma, "--csv-delimiter")
        // Two numbers for every name, without zeros that tell.
        let large = (0..<600).map { "1\($0 % 7),\(10 + $0 % 83),2\($0 % 5),\(11 + $0 % 71)\n" }
        try Self.refusal("a,b\n" + large.joined(), CSVOptions(), "--csv-decimal")
        // Quotes hold the commas of numbers.
        let quoted = Self.rows(",") { "\"" + Self.commas(TextFile.fixed($0, 4)) + "\"" }
        TextFile.expect(try TextFile.read(header + quoted, Self.comma), Self.both)
    }

    @Test(arguments: [";", "\t", " "])
    func pointsBetweenThousandsAreRefused(separator: String) throws {
        let whole = Self.rows(separator, Self.thousands)
        try Self.refusal(whole, CSVOptions(), "thousands", "--csv-decimal")
        #expect(try TextFile.error(whole, CSVOptions(decimal: .point)) == nil)
        let parts = Self.rows(separator) { Self.thousands($0) + ",56" }
        try Self.refusal(parts)
        try Self.refusal("a\(separator)b\n" + parts)
    }

    @Test func pointsBetweenThousandsOfOneColumnAreRefused() throws {
        let whole = TextFile.left.map { Self.thousands($0) + "\n" }.joined()
        try Self.refusal(whole, CSVOptions(), "thousands")
        let parts = TextFile.left.map { Self.thousands($0) + ",56\n" }.joined()
        try Self.refusal(parts, CSVOptions(), "thousands")
        // Three decimals of numbers that are written with as few as they need.
        let short = TextFile.left.map { "\(($0 * 1000).rounded() / 100)" + "\n" }.joined()
        #expect(try TextFile.error(short) == nil)
    }

    @Test(arguments: ["g", "V", "m/s²", "°C"])
    func unitsInFieldsAreRefused(unit: String) throws {
        for separator in [";", ","] {
            let text = Self.rows(separator) { TextFile.fixed($0, 4) + " " + unit }
            try Self.refusal(text, CSVOptions(), "--csv-delimiter")
            try Self.refusal("a\(separator)b\n" + text, CSVOptions(), "--csv-delimiter")
            // One column without.
            let second = zip(TextFile.left, TextFile.right)
                .map { "\($0)\(separator)\($1) \(unit)\n" }.joined()
            try Self.refusal(second, CSVOptions(), "unit")
        }
        // Labels of a condition are text.
        let label = Self.rows(";") { TextFile.fixed($0, 4) }.replacing("\n", with: ";20 Hz\n")
        TextFile.expect(try TextFile.read(label), Self.both)
    }

    @Test func aWrongMarkOrDelimiterIsRefused() throws {
        let point = CSVOptions(decimal: .point)
        try Self.refusal(
            Self.commas(TextFile.pair(separator: ";")), point, "--csv-delimiter", "--csv-decimal")
        try Self.refusal(TextFile.pair(separator: "|"), CSVOptions(), "--csv-delimiter '|'")
        try Self.refusal(
            Self.commas(TextFile.pair(separator: "|")), CSVOptions(), "--csv-delimiter '|'")
        // Half of the columns have a comma for a mark.
        let mixed = zip(TextFile.left, TextFile.right)
            .map { "\($0);" + Self.commas("\($1)") + "\n" }.joined()
        try Self.refusal(mixed, point, "another delimiter")
    }

    @Test(arguments: ["0\n", "16000\n", "16000\n4096\n"])
    func aNumberAboveOneColumnIsRefused(above: String) throws {
        let text = above + TextFile.rows([(TextFile.left, 4)])
        let lines = above.split(separator: "\n")
        try Self.refusal(
            text, CSVOptions(), "--csv-skip \(lines.count)", "--csv-columns 0", "header")
        TextFile.expect(try TextFile.read(text, CSVOptions(skip: lines.count)), [TextFile.left])
        let all = try TextFile.read(text, CSVOptions(columns: ["0"]))
        TextFile.expect(all, [lines.compactMap { Double($0) } + TextFile.left])
    }

    @Test func aNumberAboveWholeNumbersIsRefused() throws {
        let whole = Self.both.map { $0.map { ($0 * 10_000).rounded() } }
        let pair = TextFile.rows(whole.map { ($0, 0) })
        try Self.refusal("0,1\n" + pair, CSVOptions(), "--csv-skip 1", "--csv-columns 0,1")
        TextFile.expect(try TextFile.read("0,1\n" + pair, CSVOptions(skip: 1)), whole)
        try Self.refusal(
            "25600\n" + TextFile.rows([(whole[0], 0)]), CSVOptions(), "--csv-skip 1")
        // The first sample of a signal is one of many that are whole.
        let mixed = (0..<600).map { $0 % 3 == 0 ? "\($0 % 7)\n" : "\($0 % 7).5\n" }.joined()
        #expect(try TextFile.error(mixed) == nil)
    }

    @Test func whatIsMissingInOneColumnIsSaid() throws {
        var lines = TextFile.left.map { TextFile.fixed($0, 4) }
        lines[300] = "\"\""
        try Self.refusal(
            "a\n" + lines.joined(separator: "\n"), CSVOptions(), "line 302", "an empty field")
        lines[300] = ""
        let found = try TextFile.read("a\n" + lines.joined(separator: "\n") + "\n\n\n")
        #expect(found.note?.hasPrefix("blank lines between the rows (1, ") == true)
        #expect(found.note?.contains("line 302") == true, "\(found.note ?? "")")
    }

    @Test func columnsThatAreNamedTwiceAreRefused() throws {
        let text = "a,a\n" + TextFile.pair()
        try Self.refusal(text, CSVOptions(columns: ["a"]), "columns 0 and 1 are both called \"a\"")
        TextFile.expect(try TextFile.read(text, CSVOptions(columns: ["1"])), [TextFile.right])
        try Self.refusal(text, CSVOptions(columns: ["1", "1"]), "names column 1 twice")
        try Self.refusal(
            "a,b\n" + TextFile.pair(), CSVOptions(columns: ["b", "1"]), "names column 1 twice")
    }

    @Test func namesWithBlanksBetweenBlanksAreNumbers() throws {
        let text = "  Time(s)   Ch 1   Ch 2\n" + TextFile.pair(TextFile.times(), separator: "  ")
        let found = try TextFile.read(text)
        TextFile.expect(found, Self.both)
        #expect(found.columns == ["1", "2"])
        let plain = try TextFile.read(
            "t A B\n" + TextFile.pair(TextFile.times(), separator: "  "))
        #expect(plain.columns == ["A", "B"])
    }

    /// 48 kHz is a step of 21 µs, which 5 decimals write as 20 or 30, and a missing row as 40.
    @Test(arguments: [44_100, 48_000, 50_000], [3, 4000, 8990])
    func aRowThatIsMissingIsNoRounding(rate: Int, row: Int) throws {
        let count = 9000
        var times = TextFile.times(Double(rate), count: count).map { TextFile.fixed($0, 5) }
        let samples = TextFile.signal(1, count: count)
        let rows = { "time,acc\n" + zip(times, samples).map { "\($0),\($1)\n" }.joined() }
        let told = CSVOptions(rateFromTime: .s)
        #expect(try TextFile.read(rows(), told, rate: nil).rate == rate)
        times.remove(at: row)
        let error = try #require(try TextFile.error(rows(), told, rate: nil))
        #expect(error.code == "timestamps" && error.reason.contains("not even"), "\(error)")
    }

    @Test func whatIsNoTextSaysWhatItIs() throws {
        func reason(_ bytes: [UInt8]) -> String {
            do {
                _ = try TextFile.read(bytes: bytes)
                return ""
            } catch { return "\(error)" }
        }
        #expect(reason([0x1F, 0x8B, 8, 0] + Array(repeating: 1, count: 90)).contains("gzip"))
        for encoding in [String.Encoding.utf32LittleEndian, .utf32BigEndian, .utf32] {
            let bytes = try #require(TextFile.pair().data(using: encoding))
            #expect(reason(Array(bytes)).contains("UTF-32"), "\(encoding)")
        }
    }
}
