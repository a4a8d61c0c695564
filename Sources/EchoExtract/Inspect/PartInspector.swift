import EchoFormats
import EchoStore

/// Reads an output folder in parts, and holds its manifests against its tables.
struct PartInspector {
    private let folder: PartFolder
    private let known: KnownInputs
    private var inspection: Inspection
    private var tables: [TableStatistics.Key: TableStatistics] = [:]
    private var embedded: Set<Row> = []
    private var ids: Set<ByteName> = []

    /// A recording, or a channel of it.
    private struct Row: Hashable {
        let id: ByteName
        let channel: Int?
        let attempt: Int
    }

    static func inspect(_ folder: PartFolder) throws -> Inspection {
        var inspector = PartInspector(folder, try KnownInputs(folder))
        for part in folder.parts { try inspector.add(part) }
        return try inspector.finished()
    }

    private init(_ folder: PartFolder, _ known: KnownInputs) {
        (self.folder, self.known) = (folder, known)
        inspection = Inspection(folder.path, .parts)
        inspection.failedCount = 0
    }

    /// Adds a part: its lines, then the tables that they name.
    private mutating func add(_ part: PartName) throws {
        var places: [String: [ManifestEntry.Place]] = [:]
        var keys: [String: TableStatistics.Key] = [:]
        for entry in try folder.entries(of: part) {
            guard case .embedded(let embedding) = entry.outcome else {
                count(entry)
                continue
            }
            count(entry, embedding)
            for (level, place) in [
                (EmbeddingFiles.Level.utterance, embedding.utterance),
                (.segment, embedding.segments),
            ] {
                guard let place else { continue }
                places[place.file, default: []].append(place)
                keys[place.file] = .init(level: level, width: embedding.width)
            }
        }
        for (file, key) in keys.sorted(by: { $0.key < $1.key }) {
            check(file, key, places[file] ?? [])
        }
    }

    private mutating func count(_ entry: ManifestEntry) {
        guard case .failed(let code, _) = entry.outcome else { return }
        guard known.isLatest(entry) else {
            inspection.supersededCount += 1
            return
        }
        inspection.failedCount = (inspection.failedCount ?? 0) + 1
        inspection.failures[code, default: 0] += 1
    }

    private mutating func count(_ entry: ManifestEntry, _ embedding: ManifestEntry.Embedding) {
        let row = Row(id: ByteName(entry.source.id), channel: embedding.channel, attempt: entry.attempt)
        if !embedded.insert(row).inserted {
            inspection.problems.append("\(entry.source.id) is there twice")
        }
        guard known.isLatest(entry) else {
            inspection.supersededCount += 1
            return
        }
        if ids.insert(ByteName(entry.source.id)).inserted { inspection.runs[entry.run, default: 0] += 1 }
    }

    /// Requires that the rows that a manifest names are those of the table, each once.
    private mutating func check(
        _ file: String, _ key: TableStatistics.Key, _ places: [ManifestEntry.Place]
    ) {
        guard file.pathParts(keepingEmpty: true).count == 1 else {
            inspection.problems.append("\(file) is not in the folder")
            return
        }
        do {
            let table = try EmbeddingTable(path: folder.path + "/" + file)
            var next = 0
            for rows in places.map(\.rows).sorted(by: { $0.lowerBound < $1.lowerBound }) {
                if rows.lowerBound != next { break }
                next = rows.upperBound
            }
            if next != table.rowCount || table.width != key.width {
                inspection.problems.append(
                    "\(file) is [\(table.rowCount), \(table.width)], and its manifest names other "
                        + "rows than these")
            }
            tables[key, default: TableStatistics(key.level)].add(table)
        } catch {
            inspection.problems.append("\(error)")
        }
    }

    private func finished() throws -> Inspection {
        var inspection = inspection
        inspection.recordingCount = ids.count
        for key in tables.keys.sorted() { tables[key].map { inspection.take($0) } }
        if let record = try RunRecord.read(in: folder.path) {
            for member in record.settings.members {
                inspection.settings[member.key] =
                    if case .string(let text) = member.value { text } else { member.value.text }
            }
        } else {
            inspection.problems.append("run.json is missing")
        }
        for shard in Set(folder.parts.map(\.shard)) {
            let count = folder.parts.count { $0.shard == shard }
            if count != folder.nextNumber(of: shard) {
                inspection.problems.append("parts of shard \(shard) are missing")
            }
        }
        return inspection
    }
}
