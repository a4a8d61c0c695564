import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Delimiters, decimal marks, encodings, and what stands above the rows of numbers.
@Suite(.timeLimit(.minutes(20))) struct TextDialectTests {
    private static let both = [TextFile.left, TextFile.right]
    private static let decimalComma = CSVOptions(decimal: .comma)

    private static func commas(_ text: String) -> String {
        text.replacingOccurrences(of: ".", with: ",")
    }

    private static func delimiter(_ text: String) -> CSVOptions.Delimiter? {
        CSVOptions.Delimiter(rawValue: text)
    }

    @Test(arguments: [";", "\t", " ", "   ", " \t "], [true, false])
    func decimalCommasAreFoundBesideAnotherDelimiter(separator: String, hasHeader: Bool) throws {
        let header = hasHeader ? "CH1\(separator)CH2\n" : ""
        let found = try TextFile.read(header + Self.commas(TextFile.pair(separator: separator)))
        TextFile.expect(found, Self.both)
        #expect(found.note == nil)
    }

    @Test func decimalCommasInQuotesAreFoundBesideCommas() throws {
        let rows = zip(TextFile.left, TextFile.right).map { first, second in
            Self.commas("\"\(first)\"|\"\(second)\"\n").replacingOccurrences(of: "|", with: ",")
        }
        TextFile.expect(try TextFile.read("a,b\n" + rows.joined()), Self.both)
    }

    /// `0,0123` cannot be two numbers; `12,345` can.
    @Test func oneColumnOfDecimalCommasIsOneColumn() throws {
        let one = Self.commas(TextFile.rows([(TextFile.left, 4)]))
        TextFile.expect(try TextFile.read(one), [TextFile.left])
        TextFile.expect(try TextFile.read("CH1\n" + one), [TextFile.left])
        TextFile.expect(try TextFile.read(one, Self.decimalComma), [TextFile.left])
        let two = (0..<600).map { "\(500 + $0 * 163 % 400),\(500 + $0 * 211 % 400)\n" }.joined()
        let error = try #require(try TextFile.error(two))
        #expect(error.code == "ambiguous")
        #expect(
            error.remedy.contains("--csv-decimal , ") || error.remedy.contains("--csv-decimal ,"))
        let first = (0..<600).map { Double(500 + $0 * 163 % 400) }
        let second = (0..<600).map { Double(500 + $0 * 211 % 400) }
        TextFile.expect(try TextFile.read(two, CSVOptions(decimal: .point)), [first, second])
        TextFile.expect(
            try TextFile.read(two, CSVOptions(delimiter: Self.delimiter(","))), [first, second])
        TextFile.expect(try TextFile.read("a,b\n" + two), [first, second])
        TextFile.expect(
            try TextFile.read(two, Self.decimalComma), [zip(first, second).map { $0 + $1 / 1000 }])
        // Signs and lengths that no decimals have.
        let whole = Self.both.map { $0.map { ($0 * 10_000).rounded() } }
        let signed = TextFile.rows(whole.map { ($0, 0) })
        TextFile.expect(try TextFile.read(signed), whole)
    }

    @Test func commasThatPartColumnsAndDecimalsAreRefused() throws {
        let error = try #require(try TextFile.error("a,b\n" + Self.commas(TextFile.pair())))
        #expect(error.code == "ambiguous" && error.remedy.contains("another delimiter"), "\(error)")
    }

    @Test(arguments: [
        ("a;b\n1,234.5;2.5\n1,235.5;3.5\n", "field", "line 2, column 1: '1,234.5' is not a number"),
        ("a;b\n1.234,5;2\n1.235,5;3\n", "field", "line 2, column 1"),
        ("1,234;5,678\n1,235;5,679\n", "ambiguous", "thousands"),
        ("a;b\n0.5;1\n0.6;2\n1,000.5;3\n", "field", "line 4, column 1: '1,000.5' is not a number"),
        ("a;b\n0.5;1,5\n0.6;2,5\n0.7;2,5\n", "ambiguous", "decimal points"),
    ])
    func thousandsAreNoNumbers(text: String, code: String, reason: String) throws {
        let error = try #require(try TextFile.error(text, CSVOptions(columns: nil)))
        #expect(error.code == code && error.reason.contains(reason), "\(error)")
    }

    @Test func delimitersThatAreTold() throws {
        for text in ["|", ":", "&"] {
            let options = CSVOptions(delimiter: Self.delimiter(text))
            TextFile.expect(try TextFile.read(TextFile.pair(separator: text), options), Self.both)
        }
        let comma = CSVOptions(delimiter: Self.delimiter(";"), decimal: .comma)
        let sheet = "CH1;CH2\n" + Self.commas(TextFile.pair(separator: ";"))
        TextFile.expect(try TextFile.read(sheet, comma), Self.both)
        let tab = CSVOptions(delimiter: Self.delimiter("tab"))
        TextFile.expect(try TextFile.read(TextFile.pair(separator: "\t"), tab), Self.both)
        for text in ["", "5", "-", ".", "\"", "ab", "e", "é"] {
            #expect(Self.delimiter(text) == nil)
        }
    }

    /// What an oscilloscope, a logger, LabVIEW, pandas and R write above the numbers.
    @Test(arguments: [
        ("Time,A,B\n(s),(g),(g)\n", 2, nil as String?), ("Time,A,B\n[s],[V],[V]\n\n", 3, nil),
        ("x-axis,A,B\nsecond,Volt,Volt\n", 2, nil), ("Time,A,B\n", 1, nil),
        ("Logger,SN 12\nRate,16000\n\nTime,A,B\n", 4, "lines 1 to 2"),
        ("A long text, of a logger, with commas, in it\nTime,A,B\n", 2, "line 1;"),
        ("# Rate: 16000\n\n# Time in s\nTime,A,B\n", 4, nil),
        ("Gain,0.5,,\nTime,A,B\n", 2, "line 1;"),
    ])
    func whatStandsAboveIsFoundOrTold(above: String, lines: Int, note: String?) throws {
        let text = above + TextFile.pair(TextFile.times())
        let found = try TextFile.read(text)
        TextFile.expect(found, Self.both)
        #expect(found.columns == ["A", "B"])
        #expect((found.note == nil) == (note == nil), "\(found.note ?? "")")
        if let note { #expect(found.note?.contains(note) == true, "\(found.note ?? "")") }
        // Without names the time is found by its steps.
        let told = try TextFile.read(text, CSVOptions(skip: lines))
        TextFile.expect(told, Self.both)
        #expect(told.columns == ["1", "2"])
        #expect(told.note == nil)
        let names = try TextFile.read(text, CSVOptions(skip: lines - 1))
        TextFile.expect(names, Self.both)
    }

    @Test func headersOfNumbersAndWithoutRowNames() throws {
        let index = TextFile.rows([
            (TextFile.times(1), 0), (TextFile.left, 4), (TextFile.right, 4),
        ])
        TextFile.expect(try TextFile.read(",0,1\n" + index), Self.both)
        TextFile.expect(try TextFile.read("0,1\n" + TextFile.pair()), Self.both)
        let table = index.split(separator: "\n").map {
            "\"" + $0.replacing(",", with: "\" ", maxReplacements: 1).replacing(",", with: " ")
                + "\n"
        }
        let found = try TextFile.read("\"left\" \"right\"\n" + table.joined())
        TextFile.expect(found, Self.both)
        #expect(found.columns == ["left", "right"])
    }

    /// What may be a part of the signal is not left out.
    @Test func numbersAboveTheColumnsAreRefused() throws {
        let error = try #require(try TextFile.error("0.1\n" + TextFile.pair()))
        #expect(error.code == "ambiguous" && error.remedy.contains("--csv-skip 1"), "\(error)")
        TextFile.expect(
            try TextFile.read("0.1\n" + TextFile.pair(), CSVOptions(skip: 1)), Self.both)
        let all = try TextFile.error(TextFile.pair(), CSVOptions(skip: 600))
        #expect(all?.code == "empty")
        let more = try TextFile.error(TextFile.pair(), CSVOptions(skip: 601))
        #expect(more?.reason == "line 601: the file ends before it")
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func everyEncodingAndLineEnd(lineEnd: String) throws {
        let text = ("µa,b\n" + TextFile.pair()).replacingOccurrences(of: "\n", with: lineEnd)
        for (encoding, mark) in [
            (String.Encoding.utf8, [] as [UInt8]), (.utf8, [0xEF, 0xBB, 0xBF]),
            (.utf16LittleEndian, [0xFF, 0xFE]), (.utf16BigEndian, [0xFE, 0xFF]),
            (.utf16LittleEndian, []), (.utf16BigEndian, []),
        ] {
            let bytes = try mark + #require(text.data(using: encoding))
            let found = try TextFile.read(bytes: bytes)
            TextFile.expect(found, Self.both)
            #expect(found.columns == ["µa", "b"], "\(encoding) \(mark)")
        }
        // One byte a letter: names are found as they are shown.
        let header = try #require("Zeit [s],Acc [m/s²],Öl €\n".data(using: .windowsCP1252))
        let old = header + Data(TextFile.pair(TextFile.times()).utf8)
        let named = CSVOptions(columns: ["Öl €", "Acc [m/s²]"])
        let western = try TextFile.read(bytes: Array(old), named)
        TextFile.expect(western, [TextFile.right, TextFile.left])
        #expect(western.columns == ["Öl €", "Acc [m/s²]"])
        // Larger than any buffer, with characters of two units.
        let long =
            "a,😀\n" + (0..<6000).map { "\(Double($0 * 7 % 100) / 10),\"\($0 % 3).5\"\n" }.joined()
        let found = try TextFile.read(
            bytes: [0xFF, 0xFE] + #require(long.data(using: .utf16LittleEndian)))
        #expect(found.columns == ["a", "😀"])
        #expect(found.channels[0].count == 6000)
    }

    @Test func datesAndLabelsAreLeftOut() throws {
        let rows = TextFile.pair(separator: ";").split(separator: "\n").enumerated().map {
            "2024-01-01 00:00:\(10 + $0 / 60).5;\($1);\($0 % 2 == 0 ? "ok" : "")\n"
        }
        let text = "when;a;b;label\n" + rows.joined()
        TextFile.expect(try TextFile.read(text), Self.both)
        TextFile.expect(try TextFile.read(Self.commas(text)), Self.both)
    }
}
