import EchoInvariant
import FoundationEssentials

/// JSON as a terminal may show it: indented, members in snake_case and in a stable order, and what is no visible
/// character escaped, as JSON allows in strings.
package enum JSONText {
    package static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .custom { path in
            guard let key = path.last else { invariantFailure("a member without a name") }
            return MemberNames.Key(stringValue: MemberNames.written(key.stringValue))
        }
        do {
            let json = OldSpellings.expanded(Array(try encoder.encode(value)))
            return escaped(String(decoding: json, as: UTF8.self))
        } catch {
            invariantFailure("a summary is always JSON: \(error)")
        }
    }

    /// The line breaks of the layout stay: those in strings are escaped by the encoder.
    private static func escaped(_ json: String) -> String {
        // Most is: a list of a million recordings is not to be looked at code point by code point.
        guard !json.utf8.allSatisfy({ $0 == 0x0A || (0x20..<0x7F).contains($0) }) else {
            return json
        }
        var text = ""
        for scalar in json.unicodeScalars {
            if scalar == "\n" || scalar.isVisible {
                text.unicodeScalars.append(scalar)
            } else {
                text += JSONValue.escaped(scalar)
            }
        }
        return text
    }
}
