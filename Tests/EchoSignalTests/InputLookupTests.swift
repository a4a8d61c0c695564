import EchoFormats
import EchoSignal
import EchoTestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct InputLookupTests {
    /// Whatever a list says is written into manifests, and read again from there.
    @Test func overridesComeBack() throws {
        let row = #"""
            {"path": "a.csv", "sample_rate": "25600", "channels": "each", "start": 0.5, "end": "2.25", \#
            "csv_columns": ["x", "2"], "mat_key": "a.b", "raw": "f32le:25600:3", "csv_skip": 3, \#
            "csv_time": "none", "csv_rate": "ms", "csv_delimiter": ";", "csv_decimal": ",", \#
            "mat_rate": "fs", "npz_key": "k", "npz_rate": "r", "tdms_key": "G/x", "time_axis": 1, \#
            "integer_scale": "none"}
            """#
        let folder = try ScratchFolder()
        let list = try folder.text("list.jsonl", row + "\n")
        let inputs = try InputDiscovery(InputSelection(manifest: list)).inputs
        let overrides = try #require(inputs.first).overrides
        #expect(overrides.record.members.count == 18)
        let again = try InputOverrides(record: overrides.record)
        #expect(again == overrides)
        #expect(again.record == overrides.record)
    }

    @Test(
        arguments: [
            ["colour": .string("red")], ["path": .string("a")], ["start": .string("soon")],
            ["csv_rate": .string("years")],
        ] as [JSONObject])
    func unknownOverridesAreNamed(record: JSONObject) throws {
        let error = try #require(throws: InputOverrides.UnknownOverride.self) {
            try InputOverrides(record: record)
        }
        #expect(error.name == record.members.first?.key)
    }
}
