import EchoFormats

/// When a recording was made, and how that is known.
package struct RecordingTime: Hashable, Sendable {
    /// Seconds since 1970, UTC.
    package let seconds: Double
    package let source: Source
    /// Whether the text named its zone; what does not is read as UTC. True for files.
    package let hasZone: Bool

    /// What told the time.
    package enum Source: String, CaseIterable, Sendable {
        /// A field of the recording, as asked for.
        case field
        /// The date in its name.
        case name
        /// When its file was last changed.
        case modified
    }

    package init(seconds: Double, source: Source, hasZone: Bool = true) {
        (self.seconds, self.source, self.hasZone) = (seconds, source, hasZone)
    }
}

/// What is to tell the time of recordings: `--time`.
package enum TimeChoice: Hashable, Sendable {
    /// The date in the name, else when the file was changed.
    case automatic
    /// When the file was changed.
    case modified
    /// Nothing: recordings come in the order of their names, numbers in them by value.
    case order
    /// A field; a recording without it is an error.
    case field(String)

    /// Reads what was given: `modified`, `order`, or the name of a field.
    package init(_ text: String?) {
        self =
            switch text {
            case nil: .automatic
            case "modified": .modified
            case "order": .order
            case .some(let name): .field(name)
            }
    }

    /// As it is given; nil for ``automatic``.
    package var text: String? {
        switch self {
        case .automatic: nil
        case .modified: "modified"
        case .order: "order"
        case .field(let name): name
        }
    }
}

extension RecordingTime {
    /// When a recording was made; nil if nothing tells it.
    ///
    /// - Parameters:
    ///   - id: Its name. The file's name is looked at first, then its folders' from the innermost on: the
    ///     first that has a date tells it.
    ///   - modified: Nanoseconds since 1970, as manifests have it.
    ///   - fields: What is known of it besides.
    /// - Throws: ``TimeError`` if a name has two dates that disagree, or the field is missing or no time.
    package static func of(
        id: String, modified: Int?, fields: [String: String] = [:], by choice: TimeChoice
    ) throws(TimeError) -> RecordingTime? {
        switch choice {
        case .order: return nil
        case .field(let name):
            guard let text = fields[name] else {
                throw TimeError(
                    id: id, .noField(name: name, others: fields.keys.sorted()))
            }
            do throws(TimeError.Cause) {
                let (seconds, hasZone) = try FieldTime.seconds(text)
                return RecordingTime(seconds: seconds, source: .field, hasZone: hasZone)
            } catch {
                throw TimeError(id: id, error)
            }
        case .modified:
            if let text = fields["modified"] { throw TimeError(id: id, .fieldOrFile(text)) }
            return ofFile(modified)
        case .automatic:
            do throws(TimeError.Cause) {
                return try NameTime.time(id).map {
                    RecordingTime(seconds: $0.seconds, source: .name, hasZone: $0.zone != nil)
                } ?? ofFile(modified)
            } catch {
                throw TimeError(id: id, error)
            }
        }
    }

    private static func ofFile(_ modified: Int?) -> RecordingTime? {
        modified.map { RecordingTime(seconds: Double($0) / 1e9, source: .modified) }
    }
}
