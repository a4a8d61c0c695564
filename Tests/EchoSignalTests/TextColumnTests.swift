import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Columns that count time or rows are no channels, wherever they stand and whatever they are called.
@Suite(.timeLimit(.minutes(20))) struct TextColumnTests {
    private static let both = [TextFile.left, TextFile.right]

    private static let counting: [(name: String, header: String, [Double], decimals: Int)] = [
        ("pandas' index", "", TextFile.times(1), 0),
        ("from 1", "n", TextFile.times(1).map { $0 + 1 }, 0),
        ("X_Value", "X_Value", TextFile.times(), 6), ("Zeit", "Zeit [s]", TextFile.times(), 6),
        ("rounded", "clock", TextFile.times(25_600), 6),
        ("rounded to zero steps", "clock", TextFile.times(25_600), 4),
        ("falling", "left", TextFile.times().reversed(), 6),
        ("epoch", "e", TextFile.times().map { $0 + 1.7e9 }, 6),
    ]

    @Test(arguments: 0..<8, [true, false])
    func aColumnThatCountsIsLeftOut(kind: Int, hasHeader: Bool) throws {
        let (name, header, values, decimals) = Self.counting[kind]
        for place in 0..<3 {
            var columns: [(values: [Double], decimals: Int)] = [
                (TextFile.left, 4), (TextFile.right, 4),
            ]
            columns.insert((values, decimals), at: place)
            var names = ["a", "b"]
            names.insert(header, at: place)
            let text =
                (hasHeader ? names.joined(separator: ",") + "\n" : "") + TextFile.rows(columns)
            let found = try TextFile.read(text)
            TextFile.expect(found, Self.both)
            #expect(found.note == nil, "\(name): \(found.note ?? "")")
            let numbers = [0, 1, 2].filter { $0 != place }.map(String.init)
            #expect(found.columns == (hasHeader ? ["a", "b"] : numbers), "\(name)")
        }
    }

    @Test func indexAndTimeAreBothLeftOut() throws {
        let text =
            ",t,a,b\n"
            + TextFile.rows([
                (TextFile.times(1), 0), (TextFile.times(), 6), (TextFile.left, 4),
                (TextFile.right, 4),
            ])
        TextFile.expect(try TextFile.read(text), Self.both)
        #expect(try TextFile.read(text, CSVOptions(rateFromTime: .s), rate: nil).rate == 16_000)
    }

    @Test func whatIsNamedIsTaken() throws {
        let text = "n,a,b\n" + TextFile.pair(TextFile.times(1), decimals: 0)
        let named = try TextFile.read(text, CSVOptions(columns: ["b", "n"]))
        TextFile.expect(named, [TextFile.right, TextFile.times(1)])
        #expect(named.columns == ["b", "n"])
        let every = try TextFile.read(text, CSVOptions(timeColumn: "none"))
        TextFile.expect(every, [TextFile.times(1)] + Self.both)
    }

    /// A quarter of a sine at first rises as evenly as a clock does.
    @Test func aSlowSignalIsAChannel() throws {
        let slow = (0..<6000).map { (sin(Double($0) * 0.0005) * 1e4).rounded() / 1e4 }
        let other = TextFile.signal(1, count: 6000)
        let text = "slow,other\n" + TextFile.rows([(slow, 4), (other, 4)])
        TextFile.expect(try TextFile.read(text), [slow, other])
    }

    /// Even but for a gap, or rising unevenly to the end: time or a channel, who knows.
    @Test func aColumnThatMayCountIsRefused() throws {
        let gap = TextFile.times().enumerated().map { $0 < 300 ? $1 : $1 + 0.5 }
        let squares = (0..<600).map { Double($0 * $0) }
        let restarts = (0..<600).map { Double($0 % 200) }
        for (values, decimals) in [(gap, 6), (squares, 0), (restarts, 0)] {
            let text = "clock,a,b\n" + TextFile.pair(values, decimals: decimals)
            let error = try #require(try TextFile.error(text))
            #expect(error.code == "ambiguous")
            #expect(error.reason.contains("\"clock\""), "\(error)")
            #expect(error.remedy.contains("--csv-time clock"))
            #expect(error.remedy.contains("--csv-columns"))
            TextFile.expect(try TextFile.read(text, CSVOptions(timeColumn: "clock")), Self.both)
            TextFile.expect(try TextFile.read(text, CSVOptions(columns: ["a", "b"])), Self.both)
        }
    }

    @Test func aRampAloneIsRefusedUnlessItIsNamed() throws {
        let text = "ramp\n" + TextFile.rows([(TextFile.times(), 6)])
        let error = try #require(try TextFile.error(text))
        #expect(error.reason.contains("\"ramp\" rises by even steps"))
        #expect(error.remedy.contains("--csv-columns"))
        let named = try TextFile.read(text, CSVOptions(columns: ["ramp"]))
        #expect(named.channels.count == 1)
    }

    /// `columns` are those that were listened to.
    @Test func columnsAreThoseThatWereUsed() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.text("a.csv", "t,a,b\n" + TextFile.pair(TextFile.times()))
        func columns(_ mode: ChannelMode, resample: Int? = nil) throws -> [String]? {
            try Ramp.open(
                path, ReadingOptions(channels: mode, sampleRate: 16_000, resample: resample)
            ).columns
        }
        #expect(try columns(.mean) == ["a", "b"])
        #expect(try columns(.first) == ["a"])
        #expect(try columns(.channel(1)) == ["b"])
        #expect(try columns(.last, resample: 8000) == ["b"])
        let alone = try scratch.text("b.csv", TextFile.rows([(TextFile.left, 4)]))
        #expect(try Ramp.open(alone, ReadingOptions(sampleRate: 16_000)).columns == nil)
    }

    @Test func hundredsOfColumnsAreNoChannels() throws {
        let row = (0..<300).map { "\(Double($0 % 7) / 10)" }.joined(separator: ",") + "\n"
        let error = try #require(try TextFile.error(String(repeating: row, count: 40)))
        #expect(error.code == "ambiguous" && error.reason.contains("300 columns"))
    }
}
