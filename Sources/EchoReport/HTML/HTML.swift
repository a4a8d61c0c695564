import EchoFormats

/// A piece of a page. Literals are markup of our own; every text that is put into one is escaped,
/// for elements and for attributes in quotes alike:
///
///     let cell: HTML = "<td title=\"\(id)\">\(id)</td>"
///
/// This is the only place that makes markup of text. What is no visible character (marks of
/// direction, controls) shows as `\u{202e}`, as it does on a terminal.
package struct HTML: Hashable, Sendable, ExpressibleByStringInterpolation {
    package private(set) var text: String

    package init(stringLiteral text: String) { self.text = text }

    package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// The pieces, one after the other.
    package init(_ pieces: [HTML]) { text = pieces.map(\.text).joined() }

    package static let empty: HTML = ""

    package var isEmpty: Bool { text.isEmpty }

    package static func += (left: inout HTML, right: HTML) { left.text += right.text }

    /// A name from elsewhere: isolated, so that letters that run from right to left move nothing
    /// else, and cut if it is long, since a page has only so many bytes.
    package static func name(_ text: String) -> HTML {
        "<bdi>\(shown(text, limit: 300))</bdi>"
    }

    /// Text of a file of our own that is part of the page, such as its style sheet.
    static func own(_ text: String) -> HTML { HTML(stringLiteral: text) }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity)
        }

        package mutating func appendLiteral(_ literal: String) { text += literal }
        package mutating func appendInterpolation(_ html: HTML) { text += html.text }
        package mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { text += piece.text }
        }
        package mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
        package mutating func appendInterpolation(_ text: String) {
            self.text += HTML.escaped(text)
        }
    }

    private static func escaped(_ text: String) -> String {
        let visible = shown(text)
        guard visible.utf8.contains(where: { special[$0] != nil }) else { return visible }
        var result = ""
        for scalar in visible.unicodeScalars {
            if scalar.isASCII, let entity = special[UInt8(scalar.value)] {
                result += entity
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static let special: [UInt8: String] = [
        UInt8(ascii: "&"): "&amp;", UInt8(ascii: "<"): "&lt;", UInt8(ascii: ">"): "&gt;",
        UInt8(ascii: "\""): "&quot;", UInt8(ascii: "'"): "&#39;",
    ]
}
