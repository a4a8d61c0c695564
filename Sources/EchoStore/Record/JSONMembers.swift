import EchoFormats

/// A member of a JSON object is missing or not of the type that it should be.
package struct MemberError: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package var description: String { "\"\(name)\" is not there or not of its type" }
}

extension JSONObject {
    func string(_ key: String) throws(MemberError) -> String {
        guard case .string(let text) = self[key] else { throw MemberError(name: key) }
        return text
    }

    /// Nil if the member is missing.
    func optionalString(_ key: String) throws(MemberError) -> String? {
        self[key] == nil ? nil : try string(key)
    }

    func integer(_ key: String) throws(MemberError) -> Int {
        guard case .number(let text) = self[key], let value = Int(text) else {
            throw MemberError(name: key)
        }
        return value
    }

    /// Nil if the member is missing or null.
    func optionalInteger(_ key: String) throws(MemberError) -> Int? {
        if self[key] == nil || self[key] == .null { return nil }
        return try integer(key)
    }

    /// Texts; nil if there are none.
    func strings(_ key: String) throws(MemberError) -> [String]? {
        guard let member = self[key] else { return nil }
        guard case .array(let values) = member else { throw MemberError(name: key) }
        var texts: [String] = []
        for value in values {
            guard case .string(let text) = value else { throw MemberError(name: key) }
            texts.append(text)
        }
        return texts
    }

    /// Two integers, the first not above the second.
    func range(_ key: String) throws(MemberError) -> Range<Int> {
        guard case .array(let values) = self[key], values.count == 2,
            case .number(let start) = values[0], case .number(let end) = values[1],
            let start = Int(start), let end = Int(end), 0 <= start, start <= end
        else { throw MemberError(name: key) }
        return start..<end
    }

    /// Empty if there is none.
    func object(_ key: String) -> JSONObject {
        guard case .object(let object) = self[key] else { return [:] }
        return object
    }
}

extension JSONObject {
    /// The bytes of a file with a line for each object.
    static func lines(_ objects: some Sequence<JSONObject>) -> [UInt8] {
        var text = ""
        for object in objects {
            JSONValue.object(object).write(to: &text)
            text += "\n"
        }
        return Array(text.utf8)
    }
}
