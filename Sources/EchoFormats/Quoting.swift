/// A name from a file as a message may show it: quoted, control characters escaped, not too long.
package func quoted(_ name: String) -> String {
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
