import EchoSignal
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct TextSignalTests {
    /// The channels of a file with this text, at 100 Hz, with their means.
    private static func error(
        _ text: String, _ csv: CSVOptions = CSVOptions(), rate: Int? = 100
    ) throws -> SignalError? {
        let scratch = try ScratchFolder()
        let path = try scratch.text("a.csv", text)
        return Ramp.error(path, ReadingOptions(channels: .each, sampleRate: rate, csv: csv))
    }

    /// Samples, less their mean, of every channel.
    private static func channels(
        _ text: String, _ csv: CSVOptions = CSVOptions(), rate: Int? = 100
    ) throws -> (rate: Int, channels: [[Float]]) {
        let scratch = try ScratchFolder()
        let path = try scratch.text("a.csv", text)
        let reader = try Ramp.open(
            path, ReadingOptions(channels: .each, sampleRate: rate, csv: csv))
        let segments = try RecordingReaderTests.segments(reader)
        return (reader.sampleRate, segments.map(\.samples))
    }

    @Test(arguments: ["savetxt.txt", "savetxt.csv"])
    func whatNumpyWritesIsRead(name: String) throws {
        try Ramp.expect(Ramp.fixture(name), channels: (0..<3).map(Ramp.channel))
    }

    /// Two rows: enough for a window at 100 Hz. A mean of 2 and of 20.
    @Test(arguments: [
        "1.0,10\n3.0,30\n", "1.0,10\r\n3.0,30\r\n", "1.0,10\n3.0,30", "a,b\n1,10\n3,30\n",
        "\"a\",\"b, with a\nbreak\"\n\"1\",\"10\"\n\"3\",\"30\"\n", "1;10\n3;30", "1\t10\n3\t30",
        "  1   10 \n 3 30\n", "# a comment\n% another\n1.,10\n3.,30\n", "\u{FEFF}1.,10\n3.,30\n",
        "\n1.,10\n\n3.,30\n\n", "1.,10\r3.,30\r", "1.,10\r3.,30", " \n1.,10,\n3.,30,\n",
        "time,a,b\n0,1,10\n0.01,3,30\n", "Time (s);a;b\n0;1;10\n1;3;30\n",
        "a,timestamp,b\n1,x,10\n3,y,30\n", " 1e0 , 10.0\n+3,3.0E1\n", "note,a,b\nx,1,10\ny,3,30\n",
    ])
    func everyWayOfWritingTwoColumns(text: String) throws {
        let found = try Self.channels(text)
        #expect(found.channels == [[-1, 1], [-10, 10]])
    }

    @Test func columnsAreTakenByNameAndNumberInTheOrderAskedFor() throws {
        let text = "t,x,y,z\n0,1,10,5\n1,3,30,5\n"
        let byName = try Self.channels(text, CSVOptions(columns: ["y", "1"]))
        #expect(byName.channels == [[-10, 10], [-1, 1]])
        // Without a header the even first column is time, unless it is asked for.
        let numbers = "0,1\n1,3\n2,1\n3,3\n"
        #expect(try Self.channels(numbers).channels.count == 1)
        #expect(try Self.channels(numbers, CSVOptions(timeColumn: "none")).channels.count == 2)
        #expect(try Self.channels(numbers, CSVOptions(columns: ["0"])).channels.count == 1)
        // Uneven first columns are channels.
        #expect(try Self.channels("0.,1\n5.,3\n6.,1\n7.,3\n").channels.count == 2)
    }

    @Test func theRateComesFromTimestampsOnlyWhereTold() throws {
        let text = "time,x\n" + (0..<50).map { "\(Double($0) * 0.5),\($0 % 5)\n" }.joined()
        #expect(try Self.error(text, rate: nil)?.code == "no-sample-rate")
        let told = CSVOptions(rateFromTime: .ms)
        #expect(try Self.channels(text, told, rate: nil).rate == 2000)
        // It goes before the run's, which is for files that tell none.
        #expect(try Self.channels(text, told, rate: 1000).rate == 2000)
        let uneven = "time,x\n0,1\n1,2\n9,3\n10,4\n"
        #expect(try Self.error(uneven, told, rate: nil)?.reason.contains("not even") == true)
        let none = CSVOptions(timeColumn: "none", rateFromTime: .s)
        let error = try Self.error(text, none, rate: nil)
        #expect(error?.reason.contains("no column of times") == true)
        #expect(error?.remedy.contains("Name the column of times with --csv-time") == true)
    }

    @Test(arguments: [
        ("1,2\n3,x\n", 2, 2 as Int?, "'x' is not a number"),
        ("a,b\n1,2\n3,\n", 3, 2, "an empty field is not a number"),
        ("a,b\n\n1,2\n\n3\n", 5, 2, "the row has 1 field"),
        ("# c\n1.5,2\n3,4\n5,6e\n", 4, 2, "'6e' is not a number"),
        ("a,b\n1,2\n\"3,4\n5,6\n", 3, nil, "a quote is never closed"),
        ("a,b\n\"1\n\",2\n3,4\n5,y\n", 5, 2, "'y' is not a number"),
        ("1.5,2\n3.5,4\n5.5,6,7\n", 3, 3, "the row has 3 fields, others 2"),
        ("0.5,x\n1.5,2\n3.5,4\n5.5,6\n", 1, 2, "'x' is not a number"),
        ("5,\n6,7\n8,9\n9,8\n", 1, 2, "an empty field is not a number"),
        ("x\ny\nz\n", 1, nil, "no column of numbers"),
    ])
    func whatIsNoNumberIsNamedByLineAndColumn(
        text: String, line: Int, column: Int?, reason: String
    ) throws {
        let error = try #require(try Self.error(text, CSVOptions(timeColumn: "none")))
        guard case .field(line, column, let found) = error.cause else {
            Issue.record("\(error)")
            return
        }
        #expect(found.contains(reason), "\(error)")
    }

    @Test func columnsThatAreNotThereAreNamed() throws {
        let error = try #require(
            try Self.error("a,b\n1,2\n3,4\n", CSVOptions(columns: ["c"])))
        #expect(error.reason.contains("\"c\" among: a, b"))
        let number = try #require(try Self.error("1,2\n3,4\n", CSVOptions(columns: ["7"])))
        #expect(number.reason.contains("2 columns, from 0"))
    }

    @Test func nothingAndNoEndAreReasons() throws {
        #expect(try Self.error("")?.code == "empty")
        #expect(try Self.error("# only a comment\n")?.code == "empty")
        let endless = String(repeating: "1,", count: 600_000)
        #expect(try Self.error(endless)?.reason.contains("longer than") == true)
        let notANumber = try Self.error("1\nnan\n")
        #expect(notANumber?.code == "not-finite")
        #expect(notANumber?.reason == "line 2, column 1: 'nan' is not a finite number")
        #expect(try Self.error("1\n1e39\n")?.reason.contains("beyond 32 bits") == true)
        #expect(try Self.error("1\n-inf\n")?.code == "not-finite")
    }

    /// Several segments, so that the file is read twice.
    @Test func longFilesAreStreamed() throws {
        let samples = RecordingFixtures.noise(count: 4500)
        let scratch = try ScratchFolder()
        let path = try scratch.text(
            "a.txt", "x\n" + samples.map { "\($0)\n" }.joined())
        let reader = try Ramp.open(path, ReadingOptions(sampleRate: 100))
        #expect(reader.segmentCount == 3)
        #expect(
            try RecordingReaderTests.segments(reader).map(\.samples)
                == RecordingReaderTests.reference(samples, sampleRate: 100))
    }
}
