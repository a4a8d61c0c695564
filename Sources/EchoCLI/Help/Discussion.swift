/// A command's discussion by its parts: paragraphs, then sections that have a heading in capitals, such as EXAMPLES.
struct Discussion {
    struct Section {
        let heading: String
        let body: String
    }

    /// What stands before the first heading.
    let preamble: String
    let sections: [Section]

    init(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let headings = lines.indices.filter { Self.isHeading($0, of: lines) }
        preamble = Self.joined(lines[..<(headings.first ?? lines.endIndex)])
        sections = headings.enumerated().map { place, start in
            let end = place + 1 < headings.count ? headings[place + 1] : lines.endIndex
            return Section(heading: lines[start], body: Self.joined(lines[(start + 1)..<end]))
        }
    }

    /// A line at the margin that begins with a word in capitals, above lines that are indented.
    private static func isHeading(_ index: Int, of lines: [String]) -> Bool {
        guard index + 1 < lines.count, lines[index + 1].hasPrefix("  ") else { return false }
        let word = lines[index].prefix { $0.isLetter }
        return word.count >= 4 && word.allSatisfy(\.isUppercase)
    }

    private static func joined(_ lines: ArraySlice<String>) -> String {
        var lines = lines
        while lines.first?.isEmpty == true { lines.removeFirst() }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n")
    }
}
