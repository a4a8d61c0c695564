/// A terminal of so many columns, as far as what `echo-gpu` writes needs one: it breaks lines that are too long, and
/// obeys carriage return, line feed and "clear to the end of the line".
struct TerminalModel {
    private struct Row {
        var text = ""
        /// True where it goes on with a line that was too long for the row above.
        var isContinued = false
    }

    private let columns: Int
    private var rows = [Row()]
    private var column = 0
    /// How often a line was to be cleared of which a part stands in the row above, where it stays.
    private(set) var deadLineCount = 0
    /// What it was told and does not know.
    private(set) var unknown: [String] = []

    init(columns: Int, _ bytes: [UInt8]) {
        self.columns = columns
        var scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n":
                rows.append(Row())
            case "\u{1B}":
                let order = scalars.prefix(2)
                scalars = scalars.dropFirst(2)
                if String(order) == "[K" { clear() } else { unknown.append(String(order)) }
            default: put(scalar)
            }
        }
    }

    /// What stands there in the end.
    var text: [String] { rows.map(\.text) }

    private mutating func clear() {
        if rows[rows.count - 1].isContinued { deadLineCount += 1 }
        // Only ever from the first column on.
        rows[rows.count - 1].text = ""
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = Self.width(scalar)
        if column + width > columns {
            rows.append(Row(isContinued: true))
            column = 0
        }
        rows[rows.count - 1].text.unicodeScalars.append(scalar)
        column += width
    }

    static func width(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + width($1) } }

    /// Letters of Chinese, Japanese and Korean are two columns wide (Unicode's annex 11).
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        let wide: [ClosedRange<UInt32>] = [
            0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0x1F300...0x1FAFF,
        ]
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }
}
