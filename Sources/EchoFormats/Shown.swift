/// Text from elsewhere as a terminal may show it: what is no visible character is escaped, so that a name
/// cannot move the cursor, change colours, begin a line of its own or turn the order of the text around.
///
/// - Parameter limit: Code points after which the text is cut, with an ellipsis.
package func shown(_ text: String, limit: Int = .max) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > limit || !scalars.allSatisfy(\.isVisible) else { return text }
    var result = ""
    for scalar in scalars.prefix(limit) {
        if scalar.isVisible {
            result.unicodeScalars.append(scalar)
        } else {
            result += "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
    return scalars.count > limit ? result + "…" : result
}

extension Unicode.Scalar {
    /// False for what acts on the text around it: control characters (escape, carriage return, line feed, the
    /// C1 controls that terminals obey), marks of direction, characters without width, separators of lines.
    package var isVisible: Bool {
        if (0x20..<0x7F).contains(value) { return true }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
