/// What is unusual about a recording, told in one text that stays with its row.
package enum Notes {
    /// The notes that there are, one behind the other; nil if there is none.
    package static func joined(_ notes: [String?]) -> String? {
        let notes = notes.compactMap { $0 }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }
}
