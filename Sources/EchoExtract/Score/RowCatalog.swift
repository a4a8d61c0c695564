import EchoFormats
import EchoScore
import EchoStore

/// The rows of one side of a scoring, and what is known of each: a recording, or a channel of it.
///
/// Rows are numbered through all folders, those of one width together. Memory: 28 bytes a row, its id, and what
/// its table's places take; neither embeddings nor lines of manifests are held.
struct RowCatalog: Sendable {
    /// Where the rows come from, as it was asked for.
    let places: [String]
    /// The recordings' fields that matter: each row has one of these sets.
    private(set) var fieldSets: [[String: String]] = []
    /// All fields that any recording has, also those that do not matter here.
    private(set) var fieldNames: Set<String> = []
    /// Settings that the rows were embedded with.
    private(set) var runs = EmbeddingRuns()
    private(set) var times = TimeCounts()
    private var ownFields = OwnFields()
    /// Recordings of the folders that failed, and embeddings that later ones replaced.
    private(set) var failedCount = 0
    private(set) var replacedCount = 0
    private var blocks: [Block] = []
    private var setNumbers: [[String: String]: Int32] = [:]
    private let wanted: Wanted

    /// What is kept of each recording.
    struct Wanted: Sendable {
        var fields: Set<String>
        var time = TimeChoice.automatic
    }

    /// Rows of one folder and width.
    private struct Block {
        let rows: any RowSource
        let columns: Columns
        /// The number of its first row.
        var first = 0
    }

    /// What is known of the rows of a block, a value for each.
    private struct Columns {
        var ids = NameList()
        var sets: [Int32] = []
        /// A hash of id and size, of this process alone.
        var stamps: [Int] = []
        /// Seconds since 1970; NaN if nobody knows.
        var times: [Double] = []
    }

    init(places: [String], _ wanted: Wanted) { (self.places, self.wanted) = (places, wanted) }

    var rowCount: Int { blocks.last.map { $0.first + $0.rows.rowCount } ?? 0 }
    /// Rows so far, before they are numbered.
    var addedCount: Int { blocks.reduce(0) { $0 + $1.rows.rowCount } }

    /// What whoever compares the rows should know.
    var warnings: [String] {
        let warnings = runs.unknown + ownFields.warnings
        guard replacedCount > 0 else { return warnings }
        return warnings + [
            "\(places.joined(separator: " ")): left out, as later ones have replaced them: "
                + replacedCount.counted("embedding")
        ]
    }

    // MARK: Rows

    func id(of row: Int) -> String {
        let block = block(of: row)
        return block.columns.ids[row - block.first]
    }

    func channel(of row: Int) -> Int? { fields(of: row)[FieldName.channel].flatMap { Int($0) } }
    func fields(of row: Int) -> [String: String] { fieldSets[setNumber(of: row)] }

    func setNumber(of row: Int) -> Int {
        let block = block(of: row)
        return Int(block.columns.sets[row - block.first])
    }

    func stamp(of row: Int) -> Int {
        let block = block(of: row)
        return block.columns.stamps[row - block.first]
    }

    /// Seconds since 1970; nil if nobody knows.
    func time(of row: Int) -> Double? {
        let block = block(of: row)
        let time = block.columns.times[row - block.first]
        return time.isNaN ? nil : time
    }

    func width(of row: Int) -> Int { block(of: row).rows.width }

    /// Rows of one width as a source.
    func source(_ rows: [Int]) -> SelectedRows {
        let width = rows.first.map { self.width(of: $0) }
        let same = blocks.filter { $0.rows.width == width }
        let first = same.first?.first ?? 0
        return SelectedRows(rows.map { $0 - first }, of: JoinedRows(same.map(\.rows)))
    }

    private func block(of row: Int) -> Block {
        // The last one that begins at or before the row.
        var (low, high) = (0, blocks.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if blocks[middle].first <= row { low = middle } else { high = middle }
        }
        return blocks[low]
    }

    // MARK: Making it

    /// Adds the rows of an output folder.
    ///
    /// - Throws: ``StoreError``, `FieldError` or `TimeError`.
    mutating func add(_ folder: PartFolder, reading reader: inout FieldReader) throws {
        var columns: [Int: Columns] = [:]
        var failure: (any Error)?
        let index = try ArchiveIndex(folder, level: .utterance) { entry in
            guard failure == nil, case .embedded(let embedding) = entry.outcome else {
                return false
            }
            do {
                try append(
                    entry, embedding, to: &columns[embedding.width, default: Columns()], &reader)
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        failedCount += index.failedCount
        replacedCount += index.replacedCount
        try runs.add(index, of: folder)
        for (width, columns) in columns.sorted(by: { $0.key < $1.key }) {
            blocks.append(Block(rows: index.rows(ofWidth: width), columns: columns))
        }
    }

    /// Adds rows that were embedded just now, in the order of `entries`.
    mutating func add(
        _ entries: [(entry: ManifestEntry, row: [Float])], failedCount: Int, run: RunRecord,
        reading reader: inout FieldReader
    ) throws {
        var columns: [Int: Columns] = [:]
        var values: [Int: [Float]] = [:]
        for (entry, row) in entries {
            guard case .embedded(let embedding) = entry.outcome else { continue }
            try append(
                entry, embedding, to: &columns[embedding.width, default: Columns()], &reader)
            values[embedding.width, default: []] += row
        }
        self.failedCount += failedCount
        runs.add(run, of: places.joined(separator: " "))
        for (width, columns) in columns.sorted(by: { $0.key < $1.key }) {
            let rows = RowsInMemory(values[width] ?? [], width: width)
            blocks.append(Block(rows: rows, columns: columns))
        }
    }

    /// Numbers the rows, once all are there.
    mutating func finish() {
        // Stable: folders stay in their order.
        blocks = blocks.enumerated().sorted {
            ($0.element.rows.width, $0.offset) < ($1.element.rows.width, $1.offset)
        }.map(\.element)
        var first = 0
        for index in blocks.indices {
            blocks[index].first = first
            first += blocks[index].rows.rowCount
        }
        setNumbers = [:]
    }

    private mutating func append(
        _ entry: ManifestEntry, _ embedding: ManifestEntry.Embedding, to columns: inout Columns,
        _ reader: inout FieldReader
    ) throws {
        let source = entry.source
        var fields = try reader.fields(of: source)
        try ownFields.add(embedding, to: &fields, of: source)
        if !fields.keys.allSatisfy(fieldNames.contains) { fieldNames.formUnion(fields.keys) }
        let time = try time(of: source, fields)
        let kept = fields.filter { wanted.fields.contains($0.key) }
        columns.ids.append(source.id)
        columns.sets.append(number(of: kept))
        var hasher = Hasher()
        hasher.combine(ByteName(source.id))
        hasher.combine(source.byteCount)
        hasher.combine(embedding.channel)
        columns.stamps.append(hasher.finalize())
        columns.times.append(time ?? .nan)
    }

    private mutating func time(
        of source: RecordingSource, _ fields: [String: String]
    ) throws -> Double? {
        do throws(TimeError) {
            let time = try RecordingTime.of(
                id: source.id, modified: source.modified, fields: fields, by: wanted.time)
            times.add(time)
            return time?.seconds
        } catch {
            // Asked for by name it has to be there; a name with two dates costs its time alone.
            if wanted.time != .automatic { throw error }
            times.add(error)
            return nil
        }
    }

    private mutating func number(of fields: [String: String]) -> Int32 {
        if let number = setNumbers[fields] { return number }
        let number = Int32(fieldSets.count)
        fieldSets.append(fields)
        setNumbers[fields] = number
        return number
    }
}
