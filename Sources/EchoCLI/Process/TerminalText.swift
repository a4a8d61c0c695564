import Glibc

/// How wide text is on a terminal.
enum TerminalText {
    /// Columns that `text` takes: letters of Chinese, Japanese and Korean, and most pictures, take two, marks that
    /// stand above another letter none.
    static func columns(of text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return inUnicode { text.unicodeScalars.reduce(0) { $0 + columns(of: $1) } }
    }

    /// The beginning of `text` that fits into so many columns, with three points where something is cut off.
    static func cut(_ text: String, columns limit: Int) -> String {
        guard columns(of: text) > limit else { return text }
        let points = String(repeating: ".", count: max(0, min(3, limit)))
        var left = limit - points.count
        return inUnicode {
            var kept = ""
            for scalar in text.unicodeScalars {
                left -= columns(of: scalar)
                if left < 0 { break }
                kept.unicodeScalars.append(scalar)
            }
            return kept + points
        }
    }

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return 1 }
        // What the C library does not know, it may draw wide: then the line is shorter than it could be.
        let width = wcwidth(wchar_t(scalar.value))
        return width >= 0 ? Int(width) : 2
    }

    /// The C library's widths are those of the locale: of this one all characters have one.
    private static func inUnicode<Answer>(_ work: () -> Answer) -> Answer {
        let before = uselocale(unicodeLocale)
        defer { uselocale(before) }
        return work()
    }
}

/// Never freed, and never changed. Nil, which `uselocale` takes for no change, where there is none.
private nonisolated(unsafe) let unicodeLocale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)
