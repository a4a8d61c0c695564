/// Text as UTF-8 or, where it is none, as Windows-1252: what programs that write one byte a letter write,
/// `m/s²` and names with umlauts among it.
enum WesternText {
    /// What 0x80 to 0x9F stand for; five of them for nothing, and they stay as they are.
    private static let middle: [Unicode.Scalar] = [
        "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}",
        "\u{2021}", "\u{2C6}", "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}",
        "\u{17D}", "\u{8F}", "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}",
        "\u{2022}", "\u{2013}", "\u{2014}", "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}",
        "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
    ]

    static func string(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        for byte in bytes {
            // The others are Latin-1's, whose numbers are Unicode's.
            let isMiddle = (0x80...0x9F).contains(byte)
            text.append(isMiddle ? middle[Int(byte) - 0x80] : Unicode.Scalar(byte))
        }
        return String(text)
    }
}
