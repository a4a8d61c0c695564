import Glibc

/// Text broken into lines.
enum WrappedText {
    /// Characters of a line of help: those of the terminal, of wide ones not all, and 80 elsewhere.
    static var width: Int {
        TerminalText.columns(ofTerminal: STDOUT_FILENO).map { min(max($0, 40), 100) } ?? 80
    }

    /// Paragraphs in lines of at most `width` characters, each behind `indent` blanks. Lines that begin with blanks
    /// are commands and tables, and stay as they are; one that is too long goes on below its second column.
    static func lines(_ text: String, indent: Int, width: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            if line.isEmpty { return [""] }
            let blanks = margin + line.prefix { $0 == " " }
            guard line.hasPrefix(" ") else { return broken(line, behind: margin, margin, width) }
            if margin.count + line.count <= width || isCommand(line) { return [margin + line] }
            let column = secondColumn(of: line).map { margin.count + $0 } ?? blanks.count + 2
            let head = String((margin + line).prefix(column))
            let rest = (margin + line).dropFirst(column)
            return broken(
                rest, behind: head, String(repeating: " ", count: column), width)
        }
    }

    /// Whether a line is to be typed as it stands, which it can not be in two: the terminal breaks it.
    private static func isCommand(_ line: Substring) -> Bool {
        line.contains(" echo-gpu ") || line.drop { $0 == " " }.hasPrefix("--")
    }

    /// Where the text begins that stands behind the first word of a row and two blanks or more.
    private static func secondColumn(of line: Substring) -> Int? {
        line.firstMatch(of: #/^ +\S+ {2,}/#).map { $0.output.count }
    }

    /// - Parameter head: What the first line begins with; the others begin with `margin`.
    private static func broken(
        _ paragraph: Substring, behind head: String, _ margin: String, _ width: Int
    ) -> [String] {
        var lines: [String] = []
        var (line, isBegun) = (head, false)
        for word in paragraph.split(separator: " ") {
            if isBegun, line.count + 1 + word.count > width {
                lines.append(line)
                (line, isBegun) = (margin, false)
            }
            line += (isBegun ? " " : "") + word
            isBegun = true
        }
        return lines + [line]
    }
}
