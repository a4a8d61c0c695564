/// Which recordings of the bank a test recording is compared with.
package struct BankRule: Hashable, Sendable {
    /// Fields whose values both share; with none, all of the bank.
    package var fields: [String]
    /// Of `fields` those that recordings may lack: two that lack one share it.
    package var optionalFields: Set<String> = []
    /// The field by which a bank is divided in parts; nil if it is one. The distance to a bank in parts is the
    /// smallest of the distances to its parts.
    package var domain: String?

    package init(fields: [String], optionalFields: Set<String> = [], domain: String? = nil) {
        (self.fields, self.optionalFields, self.domain) = (fields, optionalFields, domain)
    }

    /// The bank that a recording belongs to, or is compared with.
    ///
    /// - Throws: ``FieldError/missing(field:id:present:)``.
    package func bank(of fields: [String: String], id: String) throws(FieldError) -> GroupKey {
        try GroupKey(self.fields, optional: optionalFields, of: fields, id: id)
    }

    /// The part of its bank that a recording belongs to; nil if banks are in one.
    package func part(of fields: [String: String], id: String) throws(FieldError) -> String? {
        guard let domain else { return nil }
        return try require(domain, of: fields, id: id)
    }

    /// The score of a recording, from its distances to the parts of its bank that have recordings; nil
    /// if none has.
    package func score(_ distances: [Double]) -> Double? { distances.min() }
}

/// The values of some fields: recordings with the same ones make a group.
package struct GroupKey: Hashable, Sendable, Comparable {
    /// Names and values in the order asked for, without fields that the recordings lack.
    package let fields: [Field]

    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    /// - Throws: ``FieldError/missing(field:id:present:)`` for a field that is not optional.
    package init(
        _ names: [String], optional: Set<String> = [], of values: [String: String], id: String
    ) throws(FieldError) {
        var fields: [Field] = []
        for name in names where values[name] != nil || !optional.contains(name) {
            fields.append(Field(name: name, value: try require(name, of: values, id: id)))
        }
        self.fields = fields
    }

    private init(fields: [Field]) { self.fields = fields }

    /// `fan/section_00/source`; empty if there are no fields.
    package var name: String { fields.map(\.value).joined(separator: "/") }

    package subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The same with these fields alone, in the order of this key.
    package func only(_ names: [String]) -> GroupKey {
        GroupKey(fields: fields.filter { names.contains($0.name) })
    }

    /// The same without a field.
    package func without(_ name: String) -> GroupKey {
        GroupKey(fields: fields.filter { $0.name != name })
    }

    package static func < (first: GroupKey, second: GroupKey) -> Bool {
        first.fields.lexicographicallyPrecedes(second.fields) {
            ($0.value, $0.name) < ($1.value, $1.name)
        }
    }
}

private func require(
    _ name: String, of fields: [String: String], id: String
) throws(FieldError) -> String {
    guard let value = fields[name] else {
        throw .missing(field: name, id: id, present: fields.keys.sorted())
    }
    return value
}
