/// A line of parts that is to fit a terminal: if it is too long, less important parts get shorter, or go.
struct FittedLine: Sendable {
    struct Part: Sendable {
        /// The ways to say it, the longest first; an empty one leaves it out.
        let forms: [String]
        /// What stands before it, unless it comes first.
        let separator: String

        init(_ forms: String..., separator: String = ", ") {
            (self.forms, self.separator) = (forms, separator)
        }
    }

    private let parts: [Part]
    /// Parts that get shorter by one form each, by their place, in this order.
    private let cuts: [Int]

    init(_ parts: [Part], cuts: [Int]) { (self.parts, self.cuts) = (parts, cuts) }

    /// One part that is cut at its end.
    init(_ text: String) { self.init([Part(text)], cuts: []) }

    /// All of it, whatever its length.
    var whole: String { text(parts.map { _ in 0 }) }

    /// As much of it as fits into so many columns, the most important part at least.
    func text(columns: Int) -> String {
        var forms = parts.map { _ in 0 }
        var text = whole
        for part in cuts where TerminalText.columns(of: text) > columns {
            forms[part] = min(forms[part] + 1, parts[part].forms.count - 1)
            text = self.text(forms)
        }
        return TerminalText.cut(text, columns: columns)
    }

    private func text(_ forms: [Int]) -> String {
        zip(parts, forms).reduce(into: "") { text, choice in
            let (part, form) = choice
            guard !part.forms[form].isEmpty else { return }
            text += (text.isEmpty ? "" : part.separator) + part.forms[form]
        }
    }
}
