import Testing

import EchoScore

@Suite(.timeLimit(.minutes(20)))
struct BaselineTests {
    private static let texts: [(String, Baseline)] = [
        ("20", .first(20)), ("5", .first(5)), ("2024", .first(2024)),
        ("7d", .duration(604_800)), ("36h", .duration(129_600)), ("2w", .duration(1_209_600)),
        ("90min", .duration(5400)), ("1.5d", .duration(129_600)),
        // Seconds of date -u -d 2024-01-01 +%s; the last day is part of the range.
        ("2024-01-01..2024-01-14", .range(from: 1_704_067_200, before: 1_705_276_800)),
        ("..2024-01-14", .range(from: nil, before: 1_705_276_800)),
        (
            "2024-01-01T12:00Z..2024-01-02T06:00:00Z",
            .range(from: 1_704_110_400, before: 1_704_175_200)
        ),
    ]

    @Test(arguments: texts)
    func reads(text: String, baseline: Baseline) throws {
        #expect(try Baseline(text) == baseline)
    }

    @Test(arguments: [
        ("0", "5 to 1000000"), ("4", "5 to 1000000"), ("-3", "5 to 1000000"),
        ("20240101", "the date 2024-01-01"), ("2024-01-01", "the date 2024-01-01"),
        ("2024-01-01..", "without an end"), ("2024-01-14..2024-01-01", "ends before it begins"),
        ("2024-01-01..soon", "\"soon\" is not a date"), ("1..2..3", "several ranges"),
        ("7 days", "not a count, duration or range"), ("-7d", "not a count"), ("", "not a count"),
        ("infd", "not a count"), ("nand", "not a count"), ("d", "not a count"),
    ])
    func refuses(text: String, named: String) {
        let error = #expect(throws: BaselineError.self) { try Baseline(text) }
        #expect(error?.description.contains(named) == true, "\(String(describing: error))")
    }

    @Test func countsTheFirst() {
        let division = Baseline.first(3).division([nil, nil, nil, nil, nil])
        #expect(division == .init(before: 0..<0, baseline: 0..<3, later: 3..<5))
        #expect(Baseline.first(9).division([1, 2]).later.isEmpty)
    }

    @Test func endsADurationAfterTheFirstRecording() {
        // One exactly at the end is later.
        let division = Baseline.duration(10).division([100, 105, 109.9, 110, 200])
        #expect(division == .init(before: 0..<0, baseline: 0..<3, later: 3..<5))
        #expect(Baseline.duration(10).division([]).baseline.isEmpty)
    }

    @Test func leavesOutWhatIsEarlierThanARange() {
        let division = Baseline.range(from: 10, before: 20).division([1, 10, 19, 20, 30])
        #expect(division == .init(before: 0..<1, baseline: 1..<3, later: 3..<5))
        let open = Baseline.range(from: nil, before: 20).division([1, 10, 19, 20, 30])
        #expect(open == .init(before: 0..<0, baseline: 0..<3, later: 3..<5))
        let late = Baseline.range(from: 50, before: 60).division([1, 10])
        #expect(late == .init(before: 0..<2, baseline: 2..<2, later: 2..<2))
    }
}
