/// A JSON value. Numbers keep the text that they were written with, so that they pass through
/// unchanged, whatever their digits.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number as JSON writes it: `-1.50e3`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// An integer.
    package static func integer(_ value: Int) -> JSONValue { .number("\(value)") }

    /// Whether it is the other with every string byte for byte, which `==` does not ask.
    package func hasSameBytes(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.string(let text), .string(let otherText)): text.hasSameBytes(as: otherText)
        case (.array(let values), .array(let others)):
            values.count == others.count
                && zip(values, others).allSatisfy { $0.hasSameBytes(as: $1) }
        case (.object(let object), .object(let otherObject)):
            object.hasSameBytes(as: otherObject)
        default: self == other
        }
    }

    /// The value as compact JSON: no spaces, no line breaks.
    package var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    /// Appends the value as compact JSON.
    package func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let number): text += number
        case .string(let string): Self.write(string, to: &text)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let object): object.write(to: &text)
        }
    }

    /// Appends a string in quotes, with the escapes that RFC 8259 asks for, and with those that keep a
    /// terminal from obeying a name when somebody looks at the file (``Unicode/Scalar/isVisible``).
    static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if scalar.isVisible {
                    text.unicodeScalars.append(scalar)
                } else {
                    text += escaped(scalar)
                }
            }
        }
        text += "\""
    }

    /// A code point as JSON escapes it: four hexadecimal digits for each unit of UTF-16.
    package static func escaped(_ scalar: Unicode.Scalar) -> String {
        UTF16.encode(scalar)?.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined() ?? ""
    }
}

/// A JSON object whose members keep their order.
package struct JSONObject: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package struct Member: Hashable, Sendable {
        package let key: String
        package let value: JSONValue

        package init(key: String, value: JSONValue) { (self.key, self.value) = (key, value) }
    }

    package private(set) var members: [Member] = []

    package init() {}

    /// Keeps members as they are, in their order.
    package init(_ members: some Sequence<Member>) { self.members = Array(members) }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = elements.map { Member(key: $0.0, value: $0.1) }
    }

    package var isEmpty: Bool { members.isEmpty }

    /// Whether it has the members of the other in their order, with every string byte for byte.
    package func hasSameBytes(as other: JSONObject) -> Bool {
        members.count == other.members.count
            && zip(members, other.members).allSatisfy {
                $0.key.hasSameBytes(as: $1.key) && $0.value.hasSameBytes(as: $1.value)
            }
    }

    /// Adds a member at the end.
    package mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
    }

    /// The value of the first member of that name.
    package subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

    /// The object as compact JSON.
    package var text: String { JSONValue.object(self).text }

    func write(to text: inout String) {
        text += "{"
        for (index, member) in members.enumerated() {
            if index > 0 { text += "," }
            JSONValue.write(member.key, to: &text)
            text += ":"
            member.value.write(to: &text)
        }
        text += "}"
    }
}

extension JSONScanner {
    /// Reads a value of any kind.
    package mutating func value() throws(Failure) -> JSONValue {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["):
            var values: [JSONValue] = []
            try array { (scanner) throws(Failure) in values.append(try scanner.value()) }
            return .array(values)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        default: return .number(try number())
        }
    }

    /// Reads an object whole.
    package mutating func object() throws(Failure) -> JSONObject {
        var members = JSONObject()
        try object { (scanner, key) throws(Failure) in
            members.append(key, try scanner.value())
        }
        return members
    }
}
