import EchoFormats

/// Why the fields of recordings cannot be told.
package enum FieldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Two sources say different things of a recording.
    case disagreement(id: String, field: String, first: Said, second: Said)
    /// A pattern that is none.
    case badPattern(String, reason: String)
    /// A pattern that names no field.
    case patternWithoutNames(String)
    /// A pattern that fits no recording at all, of how many, and the first of them.
    case patternNeverFits(String, count: Int, first: String)
    /// Tables none of whose lines is about a recording: the first line's name, of how many recordings, the first of them.
    case tablesNeverFit([String], line: String, count: Int, first: String)
    /// A line of a table that cannot be read.
    case badTable(path: String, line: Int, reason: String)
    /// Several lines of a table are about one recording, and say different things.
    case ambiguousTable(path: String, id: String, lines: [Int])
    /// A label that means neither normal nor anomalous.
    case unknownLabel(id: String, label: String)
    /// A field that a recording does not have, and those that it has.
    case missing(field: String, id: String, present: [String])
    /// A recording named as those of other years than the one asked for.
    case otherYear(id: String, section: String, year: Int)

    /// A value of a field, and who says so.
    package struct Said: Hashable, Sendable {
        package let value: String
        /// As a message says it: `its name`.
        package let source: String

        package init(_ value: String, source: String) {
            (self.value, self.source) = (value, source)
        }
    }

    package var description: String {
        switch self {
        case .disagreement(let id, let field, let first, let second):
            "\(shown(id)): its \(shown(field)) is \(quoted(first.value)) by \(first.source), and "
                + "\(quoted(second.value)) by \(second.source). Correct one of them."
        case .badPattern(let pattern, let reason):
            "--pattern \(quoted(pattern)) is not a regular expression: \(shown(reason)). Correct it; "
                + "a field is written (?<machine>[a-z]+), in quotes against the shell."
        case .patternWithoutNames(let pattern):
            "--pattern \(quoted(pattern)) names no field. Write one as (?<machine>...)."
        case .patternNeverFits(let pattern, let count, let first):
            "--pattern \(quoted(pattern)) fits none of \(count.counted("recording")); the first is "
                + "\(shown(first)). Change it until it fits that name: it may fit anywhere in it."
        case .tablesNeverFit(let paths, let line, let count, let first):
            "--fields-from \(paths.map { shown($0) }.joined(separator: ", ")): no line is about any of "
                + "\(count.counted("recording")). Its first line names \(quoted(line)), the first recording is "
                + "\(quoted(first)). A line is about a recording whose id or path is its name, or ends in it."
        case .badTable(let path, let line, let reason):
            "\(shown(path)), line \(line): \(reason). Correct "
                + "that line."
        case .ambiguousTable(let path, let id, let lines):
            "\(shown(path)): lines \(lines.map(String.init).joined(separator: " and ")) are both about "
                + "\(shown(id)), and say different things. Give the recording's whole id in the file, or "
                + "its machine."
        case .unknownLabel(let id, let label):
            "\(shown(id)): the label \(quoted(label)) means neither normal nor anomalous. Known are "
                + "\(LabelMeaning.known). Say what is normal with --normal."
        case .missing(let field, let id, let present):
            "\(shown(id)) has no field \(quoted(field)). "
                + (present.isEmpty
                    ? "It has none: give a --pattern, or a list with such a column."
                    : "It has \(present.map { shown($0) }.joined(separator: ", ")). --pattern or "
                        + "--fields-from gives others.")
                + (field == FieldName.split
                    ? " By the challenge's layout it is the folder, train or test." : "")
        case .otherYear(let id, let section, let year):
            "\(shown(id)): \(quoted(section)) is a name of the challenge "
                + "\(year == 2020 ? "from 2021 on" : "of 2020"), and the year asked for is \(year). "
                + "Give the year of these recordings with --year, or leave them out with --test-where."
        }
    }
}
