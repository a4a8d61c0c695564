import EchoFormats
import EchoReport
import EchoStore

/// What the manifests of a folder say, counted in two passes: nothing of it grows with the number of
/// recordings but what tells which lines hold.
struct FolderScan {
    private(set) var overview = ReportOverview()
    /// Lines of recordings that are odd about themselves (``ManifestEntry/Embedding/note``).
    private(set) var noteCount = 0
    private(set) var firstNote: String?

    /// Kinds of embeddings that have no distance to each other, of those that there is a record of.
    private(set) var kindCount = 0

    private var runs: [String: (embedded: Int, failed: Int)] = [:]
    private var failures: [String: ReportOverview.Failure] = [:]
    private var rates: [RateKey: ReportOverview.Rate] = [:]

    private struct RateKey: Hashable {
        let sampleRate: Int
        let width: Int
    }

    init(_ folder: PartFolder) throws {
        let versions = ManifestVersions(folder)
        let attempts = try LatestAttempts(folder)
        for part in folder.parts {
            for entry in try folder.entries(of: part) {
                guard attempts.isLatest(entry) else {
                    overview.replacedCount += 1
                    continue
                }
                switch entry.outcome {
                case .embedded(let embedding): add(embedding, of: entry)
                case .failed(let code, let reason): add(entry, code, reason)
                }
            }
        }
        try versions.requireSame()
        try finish(RunRecords(folder.path))
    }

    private mutating func add(_ embedding: ManifestEntry.Embedding, of entry: ManifestEntry) {
        let seconds = Double(embedding.sampleCount) / Double(max(embedding.sampleRate, 1))
        overview.rowCount += 1
        let key = RateKey(sampleRate: embedding.sampleRate, width: embedding.width)
        var rate =
            rates[key]
            ?? .init(
                sampleRate: key.sampleRate, width: key.width, rowCount: 0, seconds: 0, levels: [])
        rate.rowCount += 1
        rate.seconds += seconds
        for (level, place) in [("utterance", embedding.utterance), ("segment", embedding.segments)]
        where place != nil && !rate.levels.contains(level) { rate.levels.append(level) }
        rates[key] = rate
        // Of a recording whose channels have rows of their own the first stands for all.
        guard embedding.channel ?? 0 == 0 else { return }
        overview.recordingCount += 1
        overview.durations.add(seconds)
        runs[entry.run, default: (0, 0)].embedded += 1
        if let note = embedding.note {
            noteCount += 1
            firstNote = firstNote ?? "\(entry.source.id): \(note)"
        }
    }

    private mutating func add(_ entry: ManifestEntry, _ code: String, _ reason: String) {
        overview.failedCount += 1
        runs[entry.run, default: (0, 0)].failed += 1
        failures[
            code,
            default: .init(
                code: code, count: 0, exampleID: entry.source.id, exampleReason: reason)
        ].count += 1
    }

    private mutating func finish(_ records: RunRecords) {
        var kinds: [RunRecord] = []
        for (run, counts) in runs where counts.embedded > 0 {
            guard let record = records.all[run] else { continue }
            if kinds.allSatisfy({ !record.settingsApart(from: $0).isEmpty }) {
                kinds.append(record)
            }
        }
        kindCount = kinds.count
        overview.rates = rates.values.sorted {
            ($1.rowCount, $0.sampleRate, $0.width) < ($0.rowCount, $1.sampleRate, $1.width)
        }
        overview.failures = failures.values.sorted { ($1.count, $0.code) < ($0.count, $1.code) }
        overview.settings = (records.current?.settings.members ?? []).map(Self.setting)
        overview.settings += (records.current?.information.members ?? []).map(Self.setting)
        overview.models = runs.sorted { ($1.value.embedded, $0.key) < ($0.value.embedded, $1.key) }
            .map { run, counts in
                let summary = RunSummary(
                    run: run,
                    .init(embedded: counts.embedded, failed: counts.failed, replaced: 0), records)
                let trained = records.all[run]?.information["trained"]
                return ReportOverview.Model(
                    name: summary.model, digest: summary.weightsSHA256,
                    isTrained: trained != .bool(false), run: run,
                    embeddedCount: counts.embedded, failedCount: counts.failed,
                    differences: summary.differences)
            }
    }

    private static func setting(_ member: JSONObject.Member) -> ReportOverview.Setting {
        let value = if case .string(let text) = member.value { text } else { member.value.text }
        return .init(name: member.key, value: value)
    }
}
