import EchoFormats

/// Why nobody can say when a recording was made.
package struct TimeError: Error, Hashable, Sendable, CustomStringConvertible {
    package let id: String
    package let cause: Cause

    init(id: String, _ cause: Cause) { (self.id, self.cause) = (id, cause) }

    package enum Cause: Error, Hashable, Sendable {
        /// Dates in one name that are not the same.
        case severalDates(String, String)
        /// A date with the year at its end, and what it may mean.
        case yearNotFirst(String, [String])
        /// A name, or a field's value, that is a date and a Unix time.
        case twoReadings(String, [String])
        case notATime(String)
        /// The recording has no field of that name; those that it has.
        case noField(name: String, others: [String])
        /// `--time modified` if there is a field of that name, with its value.
        case fieldOrFile(String)
    }

    package var description: String { "\(shown(id)): \(reason). \(remedy)" }

    private var reason: String {
        switch cause {
        case .severalDates(let first, let second): "the name has two dates, \(first) and \(second)"
        case .yearNotFirst(let text, let readings):
            "\(Self.quoted(text)) may be " + readings.joined(separator: " or ")
        case .twoReadings(let text, let readings):
            "the time \(Self.quoted(text)) may be " + readings.joined(separator: " or ")
        case .notATime(let text): "\(Self.quoted(text)) is not a time"
        case .noField(let name, let others):
            "it has no field \(Self.quoted(name)) to tell its time; it has "
                + (others.isEmpty ? "none" : shown(others.joined(separator: ", ")))
        case .fieldOrFile(let text):
            "--time modified may be the field of that name, \(Self.quoted(text)), or when the file was changed"
        }
    }

    private var remedy: String {
        switch cause {
        case .severalDates, .yearNotFirst:
            "Pick the right one with --pattern '(?<when>...)' --time when, written year first; or use "
                + "--time modified."
        case .twoReadings:
            "Write it as 2024-05-01T12:00:00Z; or use --time modified, or --time order for the order of the "
                + "names."
        case .notATime:
            "Write ISO 8601, such as 2024-05-01T12:00:00+02:00 or 2024-05-01, or a Unix time in "
                + "seconds or milliseconds of the years \(FieldTime.numberYears.lowerBound) to "
                + "\(FieldTime.numberYears.upperBound)."
        case .noField: "Give the field in the list of inputs or by --pattern, or leave --time out."
        case .fieldOrFile: "Leave --time out for the file's time, or give the field another name."
        }
    }

    private static func quoted(_ text: String) -> String { "\"\(shown(text, limit: 80))\"" }
}
