/// Why a model could not be read or written: what failed, with which values, what to try.
package struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Path of the file or folder.
    package let file: String
    /// What failed.
    package let what: String
    /// The values that it failed with; empty if there are none.
    package let values: String
    /// What to try.
    package let remedy: String
    /// True if the system lacks something, or a disk does not answer: no fault of the file.
    package let isOfSystem: Bool

    package init(
        file: String, what: String, values: String = "", remedy: String, isOfSystem: Bool = false
    ) {
        self.file = file
        self.what = what
        self.values = values
        self.remedy = remedy
        self.isOfSystem = isOfSystem
    }

    package var description: String {
        "\(file): \(what)" + (values.isEmpty ? "" : " (\(values))") + ". \(remedy)"
    }
}

/// The first few of a list that may be long, and how many there are beyond them.
func summary(_ names: [String], limit: Int = 4) -> String {
    let rest = names.count - limit
    return names.prefix(limit).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
}
