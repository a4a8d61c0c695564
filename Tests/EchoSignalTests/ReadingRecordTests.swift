import EchoFormats
import EchoSignal
import Testing

/// A folder goes on with the options that its record holds: all of them come back.
@Suite(.timeLimit(.minutes(20))) struct ReadingRecordTests {
    @Test func everyOptionComesBackFromTheRecord() throws {
        let all = ReadingOptions(
            channels: .each, sampleRate: 12_000, resample: 16_000,
            csv: CSVOptions(columns: ["a", "1"], timeColumn: "t", rateFromTime: .ms),
            matKey: "*_DE", raw: RawFormat("s16le:8000:2"))
        for options in [all, ReadingOptions(), ReadingOptions(channels: .first)] {
            var record: JSONObject = ["weights_sha256": .string("x")]
            for member in options.record.members { record.append(member.key, member.value) }
            #expect(try ReadingOptions(record: record) == options)
        }
    }

    @Test(arguments: ["channels", "sample_rate", "csv_columns", "csv_rate", "raw", "mat_key"])
    func aValueThatNoReleaseWritesIsNamed(key: String) throws {
        for value in [JSONValue.bool(true), .string("no such: thing"), .array([.null])]
        where key != "mat_key" || value != .string("no such: thing") {
            var record = JSONObject()
            record.append(key, value)
            let error = #expect(throws: ReadingOptions.UnknownMember.self) {
                try ReadingOptions(record: record)
            }
            #expect(error?.name == key)
        }
    }
}
