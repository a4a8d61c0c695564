import EchoFormats
import EchoReport
import EchoScore
import EchoStore

/// A recording, or a channel of it, as tables of scores and manifests name it.
struct RowName: Hashable {
    let id: ByteName
    let channel: Int?

    init(_ id: String, _ channel: Int?) { (self.id, self.channel) = (ByteName(id), channel) }
}

/// What a page says of a recording beside its name: of the scores if it has one, else of its
/// fields.
struct RecordingLabels {
    private let groupFields: [String]?
    private var reader = FieldReader()
    private var foundFields: Set<String> = []
    /// Recordings whose sources contradict each other.
    private(set) var contradictionCount = 0
    private(set) var firstContradiction: String?

    /// - Parameter groupFields: Those that make a group; nil for the machine and its section, or else the
    ///   recording's folder.
    init(groupFields: [String]?) { self.groupFields = groupFields }

    /// As the groups of scores are, so that recordings of the bank have the colours of theirs.
    init(_ options: ReportOptions, _ scores: ReportScoring?) {
        guard let settings = scores?.summary.metrics.settings else {
            self.init(groupFields: options.groupFields.isEmpty ? nil : options.groupFields)
            return
        }
        let isByProtocol = settings.groupBy.isEmpty && settings.protocol != nil
        self.init(groupFields: isByProtocol ? nil : settings.groupBy)
    }

    mutating func recording(
        _ entry: ManifestEntry, _ embedding: ManifestEntry.Embedding, score: ScoreRow?
    ) -> ReportRecording {
        var recording = ReportRecording(id: entry.source.id, channel: embedding.channel)
        recording.sampleRate = embedding.sampleRate
        recording.duration = Double(embedding.sampleCount) / Double(max(embedding.sampleRate, 1))
        if let score {
            recording.add(score)
            return recording
        }
        do throws(FieldError) {
            var fields = try reader.fields(of: entry.source)
            fields[FieldName.sampleRate] = "\(embedding.sampleRate)"
            if let channel = embedding.channel { fields[FieldName.channel] = "\(channel)" }
            if groupFields != nil { foundFields.formUnion(fields.keys) }
            recording.group = group(fields, of: entry.source.id)
            recording.label = fields[FieldName.label]
        } catch {
            contradictionCount += 1
            firstContradiction = firstContradiction ?? "\(error)"
        }
        return recording
    }

    /// Requires that each of these fields was found, of whatever recording.
    ///
    /// - Throws: ``EchoError`` of kind `usage` with those that there are.
    func requireFound(_ names: [String], in folder: String) throws(EchoError) {
        guard let name = names.first(where: { !foundFields.contains($0) }) else { return }
        throw EchoError(
            .usage,
            """
            --group-by \(name): no recording on the map of \(folder) has such a field. There are: \
            \(foundFields.sorted().joined(separator: ", ")).
            """)
    }

    private func group(_ fields: [String: String], of id: String) -> String? {
        let names = groupFields ?? [FieldName.machine, FieldName.section]
        let values = names.compactMap { fields[$0] }
        if !values.isEmpty { return values.joined(separator: "/") }
        return groupFields == nil ? id.parentPath : nil
    }
}

extension ReportRecording {
    mutating func add(_ score: ScoreRow) {
        (group, label, time) = (score.group, score.label, score.time)
        if score.score.isFinite { self.score = score.score }
        threshold = score.threshold
    }
}
