import EchoFormats

/// A regular expression whose named groups are fields: `(?<machine>[a-z]+)_(?<label>[a-z]+)`.
///
/// In Swift's syntax, which is about that of PCRE without lookbehind. It may fit anywhere in a name; `^` and `$` are its ends. A
/// group that takes part in no match, or matches nothing, gives no field.
package struct NamePattern {
    package let text: String
    private let regex: Regex<AnyRegexOutput>

    package init(_ text: String) throws(FieldError) {
        self.text = text
        do {
            // By code points: a mark that combines with a letter before it is a code point of the name.
            regex = try Regex(text).matchingSemantics(.unicodeScalar)
        } catch {
            throw .badPattern(text, reason: "\(error)")
        }
        // What is written as a name may be something else, such as text in brackets.
        guard Self.namesWritten(in: text).contains(where: regex.contains(captureNamed:)) else {
            throw .patternWithoutNames(text)
        }
    }

    /// What follows each `(?<` and `(?P<`, up to the next `>`.
    private static func namesWritten(in text: String) -> [String] {
        text.split(separator: "<").dropFirst().map { rest in String(rest.prefix { $0 != ">" }) }
    }

    /// Nil if it does not fit.
    package func fields(of name: String) -> [String: String]? {
        guard let match = try? regex.firstMatch(in: name) else { return nil }
        var fields: [String: String] = [:]
        for group in match.output {
            guard let field = group.name, let value = group.substring, !value.isEmpty else {
                continue
            }
            fields[field] = String(value)
        }
        return fields
    }
}
