import EchoFormats

extension InputOverrides {
    /// What a line of an output's manifest says that its list said of an input: ``record`` read again.
    ///
    /// - Throws: ``UnknownOverride`` if a member is none of this release, or its value is not what it takes.
    package init(record: JSONObject) throws(UnknownOverride) {
        var row = ManifestRow()
        for member in record.members {
            guard let column = ColumnName(rawValue: member.key), column != .path, column != .id
            else { throw UnknownOverride(name: member.key, reason: "no override has this name") }
            do throws(ManifestRow.Problem) {
                try row.set(member.key, member.value)
            } catch {
                throw UnknownOverride(name: member.key, reason: error.text)
            }
        }
        self = row.overrides
    }

    /// Why overrides cannot be read again.
    package struct UnknownOverride: Error, Hashable, Sendable {
        package let name: String
        package let reason: String
    }
}
