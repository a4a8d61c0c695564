import EchoFormats

/// A recording to embed, as it was found: nothing of it has been read but what the system, or the
/// archive that holds it, says of it.
///
/// Lean, because a run may have millions: what only some inputs have lies outside, shared by copies.
package struct Input: Hashable, Sendable {
    /// Where it is; for a member of an archive the archive's path, a slash and the member's name.
    package let path: String
    /// What its outputs are called: its own name, or its path below the folder that was named.
    package let name: String
    /// What tells it from every other input of the run: the manifest's `id`, else ``name``.
    package let id: String
    /// Size in bytes; 0 if unknown.
    package let byteCount: Int
    /// When it was last written, in nanoseconds since 1970; 0 if unknown. Of a member of an
    /// archive, when the archive was.
    package let modified: Int64
    /// Nil for most: a file of its own of which no list said anything.
    let details: Details?

    package init(
        path: String, name: String, id: String? = nil, byteCount: Int = 0, modified: Int64 = 0,
        fields: JSONObject = JSONObject(), source: Source = .file,
        overrides: InputOverrides = InputOverrides()
    ) {
        self.path = path
        self.name = name
        self.id = id ?? name
        self.byteCount = byteCount
        self.modified = modified
        details = Details(fields: fields, source: source, overrides: overrides)
    }

    /// Where its bytes lie.
    package enum Source: Hashable, Sendable {
        /// In a file of its own, at ``path``.
        case file
        /// In an archive: `ordinal` counts the archive's entries from 0, folders and links included;
        /// `name` is the entry's name as the archive has it.
        case member(archive: String, name: String, ordinal: Int)
        /// A list names it as a member of this archive, which does not give it up; with the reason.
        case withheld(archive: String, SignalError.Cause)
    }

    /// Where its bytes lie.
    package var source: Source { details?.source ?? .file }
    /// Columns of the manifest, or members of its JSON in the archive, that mean nothing here: they
    /// are carried through to the output, in their order.
    package var fields: JSONObject { details?.fields ?? JSONObject() }
    /// What the manifest says of this input alone.
    package var overrides: InputOverrides { details?.overrides ?? InputOverrides() }

    /// The same input with more fields, and with what a manifest says of all of its archive.
    func adding(_ more: JSONObject, _ overrides: InputOverrides) -> Input {
        var all = more
        for member in fields.members where all[member.key] == nil {
            all.append(member.key, member.value)
        }
        return Input(
            path: path, name: name, id: id, byteCount: byteCount, modified: modified, fields: all,
            source: source, overrides: overrides.orElse(self.overrides))
    }

    /// What most inputs have none of: then there is no object at all.
    final class Details: Hashable, Sendable {
        let fields: JSONObject
        let source: Source
        let overrides: InputOverrides

        init?(fields: JSONObject, source: Source, overrides: InputOverrides) {
            if fields.isEmpty, source == .file, overrides == InputOverrides() { return nil }
            (self.fields, self.source, self.overrides) = (fields, source, overrides)
        }

        static func == (first: Details, second: Details) -> Bool {
            first.source == second.source && first.overrides == second.overrides
                && first.fields == second.fields
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(source)
            hasher.combine(overrides)
            hasher.combine(fields)
        }
    }
}
