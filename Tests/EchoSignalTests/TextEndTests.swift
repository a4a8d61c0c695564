import EchoSignal
import EchoTestSupport
import Testing

/// Files that end in the middle of their last line: whole rows are read, and it is said.
@Suite(.timeLimit(.minutes(20))) struct TextEndTests {
    private static let text = "h,v\n" + TextFile.pair()

    /// Every place in the last line that is no whole row: within the first field, before the comma,
    /// behind it, within the second.
    @Test func whatIsCutOffIsLeftOutAndNoted() throws {
        let last = Self.text.split(separator: "\n").last.map(String.init) ?? ""
        for count in 1..<last.utf8.count {
            let found = try TextFile.read(String(Self.text.dropLast(count + 1)))
            TextFile.expect(
                found, [Array(TextFile.left.dropLast()), Array(TextFile.right.dropLast())])
            #expect(found.note?.contains("cut off: the last line, 601,") == true, "\(count)")
            #expect(found.note?.contains("the 599 rows") == true)
        }
    }

    @Test func aLastRowThatIsWholeNeedsNoLineEnd() throws {
        for text in [Self.text, String(Self.text.dropLast()), Self.text + "\n\n", Self.text + "  "]
        {
            let found = try TextFile.read(text)
            TextFile.expect(found, [TextFile.left, TextFile.right])
            #expect(found.note == nil)
        }
        // Decimals that differ say nothing of the last number.
        let free = "0.5\n0.25\n0.125\n0.75\n"
        #expect(try TextFile.read(String(free.dropLast()), rate: 100).note == nil)
        let short = try TextFile.read("0.25\n0.125\n0.375\n0.5", rate: 100)
        #expect(short.channels[0].count == 4)
        #expect(short.note?.contains("may be cut off") == true)
    }

    /// A time that is cut off is not one that goes back.
    @Test func timestampsOfACutOffRowDoNotCount() throws {
        let text = "time,a,b\n" + TextFile.pair(TextFile.times())
        for count in [2, 12, 16, 19] {
            let found = try TextFile.read(
                String(text.dropLast(count)), CSVOptions(rateFromTime: .s), rate: nil)
            #expect(found.rate == 16_000)
            #expect(found.note?.hasPrefix("cut off") == true, "\(found.note ?? "")")
        }
    }

    @Test func aLineThatIsShortInTheMiddleIsAnError() throws {
        let error = try #require(try TextFile.error("0.1,0.2\n0.3\n0.5,0.6\n0.7,0.8\n0.9,0.1\n"))
        #expect(error.reason == "line 2, column 2: the row has 1 field", "\(error)")
    }
}
