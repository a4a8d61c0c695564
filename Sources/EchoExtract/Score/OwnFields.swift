import EchoFormats
import EchoScore
import EchoStore

/// The fields that an embedding itself tells: they go before what a list or `KEY.json` says of its recording.
struct OwnFields {
    /// By field: recordings of which something else was said, and the first of them.
    private var others: [String: (count: Int, first: String)] = [:]

    /// Adds them.
    ///
    /// - Throws: ``EchoError`` if a pattern, a table or its name says otherwise, which was asked for.
    mutating func add(
        _ embedding: ManifestEntry.Embedding, to fields: inout [String: String],
        of source: RecordingSource
    ) throws(EchoError) {
        let own = [
            (FieldName.sampleRate, "\(embedding.sampleRate)"),
            (FieldName.width, "\(embedding.width)"),
            (FieldName.channel, embedding.channel.map { "\($0)" }),
        ]
        for case (let name, let value?) in own {
            if let other = fields[name], !Self.isSame(other, value) {
                guard source.fields[name]?.asField == other else {
                    throw EchoError(
                        .usage,
                        "\(source.id): its \(name) is \(value), and \(quoted(other)) by --pattern, a "
                            + "table or its name. Give the other one another name.")
                }
                note(name, "\(quoted(source.id)) (\(value), and \(shown(other, limit: 80)) there)")
            }
            fields[name] = value
        }
    }

    private mutating func note(_ name: String, _ first: String) {
        others[name] = (1 + (others[name]?.count ?? 0), others[name]?.first ?? first)
    }

    /// Whether both are one number, however it is written: 12000.0 is 12000.
    private static func isSame(_ first: String, _ other: String) -> Bool {
        if first == other { return true }
        guard let number = Double(first) else { return false }
        return number == Double(other)
    }

    /// A sentence for each field of which something else was said.
    var warnings: [String] {
        others.sorted { $0.key < $1.key }.map { name, found in
            "\(name) of \(found.count.counted("recording")) is not what the list or KEY.json says; what was "
                + "embedded counts. The first is \(found.first)"
        }
    }
}

extension FieldName {
    /// Fields that every recording has, whatever its list and its name say.
    static let sampleRate = "sample_rate"
    /// How many values an embedding has: by the rate, and where channels are joined by their number.
    static let width = "embedding_width"
    /// The channel, from 0, where channels were embedded one by one.
    static let channel = "channel"
}
