import Glibc

/// How wide text is on a terminal, and how wide that is.
enum TerminalText {
    /// Columns of the terminal that a descriptor leads to, now: a window may be made narrower at any time. Nil if it
    /// leads to none.
    static func columns(ofTerminal descriptor: Int32) -> Int? {
        var size = winsize()
        let isTerminal = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
        return isTerminal && size.ws_col > 0 ? Int(size.ws_col) : nil
    }

    /// Columns that `text` takes: letters of Chinese, Japanese and Korean, and most pictures, take two, marks that
    /// stand above another letter none.
    static func columns(of text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
    }

    /// The beginning of `text` that fits into so many columns, with three points where something is cut off.
    static func cut(_ text: String, columns limit: Int) -> String {
        guard columns(of: text) > limit else { return text }
        let points = String(repeating: ".", count: max(0, min(3, limit)))
        var left = limit - points.count
        var kept = ""
        for scalar in text.unicodeScalars {
            left -= columns(of: scalar)
            if left < 0 { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept + points
    }

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        let isWide =
            scalar.properties.isEmojiPresentation
            || wideLetters.contains { $0.contains(scalar.value) }
        return isWide ? 2 : 1
    }

    /// Blocks whose letters are wide or of full width (Unicode's EastAsianWidth.txt). The C library's `wcwidth`
    /// would say the same, but only in a locale of UTF-8, and Swift does not see it.
    private static let wideLetters: [ClosedRange<UInt32>] = [
        0x1100...0x115F,  // Hangul Jamo
        0x2E80...0x303E,  // radicals, marks of CJK
        0x3041...0xA4CF,  // kana, bopomofo, CJK ideographs, Yi
        0xA960...0xA97C,  // Hangul Jamo
        0xAC00...0xD7A3,  // Hangul
        0xF900...0xFAFF,  // CJK ideographs
        0xFE10...0xFE19, 0xFE30...0xFE6B,  // forms of CJK marks
        0xFF01...0xFF60, 0xFFE0...0xFFE6,  // letters of full width
        0x16FE0...0x18CFF,  // Tangut, Khitan
        0x1AFF0...0x1B2FF,  // kana
        0x1F200...0x1F265,  // enclosed ideographs
        0x20000...0x3FFFD,  // CJK ideographs
    ]
}
