import EchoScore
import Testing

/// What says what is wrong says what to do: a sentence more than the reason.
@Suite(.timeLimit(.minutes(20))) struct ErrorMessageTests {
    private static let said = (
        FieldError.Said("fan", source: "its name"), FieldError.Said("pump", source: "a table")
    )

    @Test(arguments: [
        FieldError.disagreement(id: "a", field: "machine", first: said.0, second: said.1),
        .badPattern("(", reason: "expected ')'"), .patternWithoutNames("[a-z]+"),
        .patternNeverFits("(?<machine>x)", count: 7, first: "a.wav"),
        .badTable(path: "t.csv", line: 3, reason: "it has 4 columns, the first line 3"),
        .ambiguousTable(path: "t.csv", id: "a", lines: [2, 9]),
        .unknownLabel(id: "a", label: "so-so"),
        .missing(field: "machine", id: "a", present: []),
        .missing(field: "machine", id: "a", present: ["label"]),
        .otherYear(id: "a", section: "id_01", year: 2020),
    ])
    func fields(error: FieldError) { Self.expectRemedy(error.description) }

    @Test(arguments: [
        EvaluationError.group("fan", .oneClass(isAnomalous: false, count: 8)),
        .group("", .empty), .notFinite(id: "a"),
        .partlyLabelled(with: "a", without: "b", count: 2),
    ])
    func evaluations(error: EvaluationError) { Self.expectRemedy(error.description) }

    private static func expectRemedy(_ text: String) {
        #expect(text.hasSuffix("."), "\(text)")
        // A capital behind a full stop begins the sentence that says what to do.
        #expect(text.contains(#/[a-z0-9)"']\. [A-Z]/#), "\(text)")
    }
}
