/// Why a model could not be read or written: what failed, with which values, what to try.
package struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Path of the file or folder.
    package let file: String
    /// What failed.
    package let what: String
    /// The values that it failed with; empty where there are none.
    package let values: String
    /// What to try.
    package let remedy: String

    package init(file: String, what: String, values: String = "", remedy: String) {
        self.file = file
        self.what = what
        self.values = values
        self.remedy = remedy
    }

    package var description: String {
        "\(file): \(what)" + (values.isEmpty ? "" : " (\(values))") + ". \(remedy)"
    }
}

/// A name from a file as a message may show it: quoted, control characters escaped, not too long.
func quoted(_ name: String) -> String {
    let shown = String(String.UnicodeScalarView(name.unicodeScalars.prefix(80)))
    let escaped = shown.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            "\\u{\(String(scalar.value, radix: 16))}"
        default: String(scalar)
        }
    }
    let isCut = shown.unicodeScalars.count < name.unicodeScalars.count
    return "\"" + escaped.joined() + (isCut ? "…" : "") + "\""
}

/// The first few of a list that may be long, and how many there are beyond them.
func summary(_ names: [String], limit: Int = 4) -> String {
    let rest = names.count - limit
    return names.prefix(limit).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
}
