import EchoInvariant
import FoundationEssentials

/// JSON as a terminal may show it: indented, members in snake_case and in a stable order, and what is no visible
/// character escaped, as JSON allows in strings.
package enum JSONText {
    /// - Parameter keepsOldSpellings: True for what release 0.1.0 wrote too: its spellings then stand beside the new ones.
    package static func text(_ value: some Encodable, keepsOldSpellings: Bool = false) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .custom { path in
            guard let key = path.last else { invariantFailure("a member without a name") }
            let name = key.stringValue
            return MemberNames.Key(
                stringValue: keepsOldSpellings
                    ? MemberNames.marked(name) : MemberNames.snakeCase(name))
        }
        do {
            let written = Array(try encoder.encode(value))
            let json = keepsOldSpellings ? OldSpellings.expanded(written) : written
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
