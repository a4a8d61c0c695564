import EchoFormats
import EchoStore
import EchoTestSupport
import Foundation

/// A folder in parts that daily runs left: parts of a few recordings of two widths, some embedded again,
/// some failed; and what is in it, by recording.
struct SmallParts {
    let scratch: ScratchFolder
    let format: ArrayFormat
    let element: ArrayElement

    /// What a recording has, which no compaction changes.
    struct Content: Hashable {
        let attempt: Int
        let utterance: [UInt8]
        let segments: [UInt8]
        /// Its line without what says where its rows are.
        let line: String
    }

    static let limits = CompactionPlan.Limits(count: 8, byteCount: 1 << 30)

    /// - Parameter days: Parts; each embeds a recording of the day before again.
    init(
        _ days: Int = 12, _ format: ArrayFormat = .npy, _ element: ArrayElement = .float32,
        shards: [Shard] = [.whole]
    ) throws {
        scratch = try ScratchFolder()
        (self.format, self.element) = (format, element)
        for shard in shards {
            for day in 0..<days { try part(PartName(shard: shard, number: day)) }
        }
    }

    var path: String { scratch.path }
    var folder: PartFolder { get throws { try PartFolder(path: path) } }

    @discardableResult
    func compact(report: (Int) -> Void = { _ in }) throws -> CompactionSummary {
        let lock = try OutputLock.takeAlone(folder: path)
        defer { withExtendedLifetime(lock) {} }
        let folder = try PartFolder(path: path)
        folder.removeLeftovers()
        let plan = try CompactionPlan(folder, Self.limits)
        return try Compaction.run(plan, in: folder, report: report)
    }

    private func part(_ name: PartName) throws {
        let writer = PartWriter(name, folder: path, format: format, element: element)
        let (day, label) = (name.number, "\(name.shard)")
        try embed("\(label) \(day) a", 1, width: 2, rowCount: 3, writer)
        try embed("\(label) \(day) b", 1, width: 5, rowCount: 1, writer)
        if day > 0 { try embed("\(label) \(day - 1) a", 2, width: 2, rowCount: 2, writer) }
        let failed = RecordingSource(
            id: "\(label) \(day) c", path: "in", byteCount: 0, modified: nil)
        writer.append(
            ManifestEntry(
                source: failed, attempt: 1, run: "r",
                outcome: .failed(code: "empty", reason: "nothing")))
        try writer.commit()
    }

    /// A recording of two channels.
    private func embed(
        _ id: String, _ attempt: Int, width: Int, rowCount: Int, _ writer: PartWriter
    ) throws {
        let source = RecordingSource(
            id: id, path: "in/" + id, byteCount: 9, modified: 1, fields: ["label": .string("x")])
        for channel in 0..<2 {
            func place(
                _ level: EmbeddingFiles.Level, _ count: Int
            ) throws -> ManifestEntry.Place {
                let table = try writer.table(level, width: width)
                let first = table.rowCount
                for row in 0..<count {
                    let seed = Float(abs(id.utf8.reduce(row + channel) { $0 &* 31 &+ Int($1) } % 997))
                    try table.append((0..<width).map { seed + Float($0) / 4 + Float(attempt) })
                }
                return .init(file: table.name, rows: first..<first + count)
            }
            let embedding = ManifestEntry.Embedding(
                channel: channel, sampleRate: 8000, sampleCount: 1, frameCount: 1, width: width,
                utterance: try place(.utterance, 1), segments: try place(.segment, rowCount),
                note: "odd", devices: [DeviceKind(name: "cpu", driver: "d", tiles: nil)])
            writer.append(
                ManifestEntry(
                    source: source, attempt: attempt, run: "r", outcome: .embedded(embedding)))
        }
    }

    // MARK: What is in it

    /// The recordings that hold, as the document says how to find them: by id and channel.
    static func contents(_ path: String) throws -> [String: Content] {
        let folder = try PartFolder(path: path)
        let entries = try folder.parts.flatMap { try folder.entries(of: $0) }
        var last: [String: Int] = [:]
        for entry in entries {
            last[entry.source.id] = max(entry.attempt, last[entry.source.id] ?? 0)
        }
        var contents: [String: Content] = [:]
        for entry in entries where entry.attempt == last[entry.source.id] {
            func bytes(_ level: EmbeddingFiles.Level) throws -> [UInt8] {
                guard let place = entry.place(level), let rows = place.rows else { return [] }
                let table = try Data(contentsOf: URL(fileURLWithPath: path + "/" + place.file))
                let header = place.file.hasSuffix(".npy") ? 128 : 256
                let content = try TableContent(path: path + "/" + place.file, level: level)
                let row = (table.count - header) / content.rowCount
                return Array(table[header + rows.lowerBound * row..<header + rows.upperBound * row])
            }
            let key = "\(entry.source.id) \(entry.channel.map { "\($0)" } ?? "-")"
            if contents[key] != nil { throw Twice(key: key) }
            contents[key] = Content(
                attempt: entry.attempt, utterance: try bytes(.utterance),
                segments: try bytes(.segment), line: line(entry))
        }
        return contents
    }

    struct Twice: Error { let key: String }

    private static func line(_ entry: ManifestEntry) -> String {
        let places = ["utterance", "segment"].flatMap { level in
            ["file", "row", "rows", "sha256"].map { "\(level)_\($0)" }
        }
        let members = entry.json.members.filter {
            !places.contains($0.key) && $0.key != "attempt"
        }
        return JSONObject(members).text
    }
}
