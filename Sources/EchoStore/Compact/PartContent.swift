import EchoFormats

/// What one part has, as far as ``CompactionPlan`` has to know.
struct PartContent {
    let part: PartName
    let lineCount: Int
    /// Lines that no later one for their ids puts right, in groups: a recording, with the lines of its
    /// channels.
    let recordings: [Recording]
    /// Of the other lines those with rows.
    let replacedCount: Int
    /// How the tables of lines that hold are written; nil if they have none.
    let kind: TableKind?

    /// The lines of one recording.
    struct Recording {
        let lineCount: Int
        /// Bytes of the recording itself.
        let byteCount: Int
    }

    /// Lines that no longer count.
    var deadCount: Int { lineCount - recordings.reduce(0) { $0 + $1.lineCount } }

    /// - Throws: ``StoreError`` if the manifest, or a table that a line that holds names, cannot be read.
    init(
        _ part: PartName, in folder: PartFolder, _ attempts: LatestAttempts
    ) throws(StoreError) {
        self.part = part
        var recordings: [Recording] = []
        var last: ByteName?
        var (lineCount, replacedCount) = (0, 0)
        var kind: TableKind?
        func add(_ id: ByteName, byteCount: Int) {
            let earlier = id == last ? recordings.popLast()?.lineCount ?? 0 : 0
            recordings.append(Recording(lineCount: earlier + 1, byteCount: byteCount))
            last = id
        }
        try folder.forEachLine(of: part) { line in
            // Until the tables are known, lines have to say which they are.
            guard line.code == nil, kind != nil || folder.layout == .files else { return false }
            lineCount += 1
            if attempts.isLatest(line) {
                add(line.name, byteCount: line.byteCount)
            } else {
                replacedCount += 1
            }
            return true
        } entry: { entry throws(StoreError) in
            lineCount += 1
            guard attempts.isLatest(entry) else {
                if !entry.isFailed { replacedCount += 1 }
                return
            }
            // A table that only lines name that no longer count goes unread: it may be damaged.
            if kind == nil, folder.layout == .parts { kind = try TableKind(entry, in: folder) }
            add(ByteName(entry.source.id), byteCount: entry.source.byteCount)
        }
        (self.lineCount, self.replacedCount) = (lineCount, replacedCount)
        (self.recordings, self.kind) = (recordings, kind)
    }
}

/// How the values of a table lie in its file. Tables of one kind can be joined byte for byte.
struct TableKind: Hashable {
    let format: ArrayFormat
    let element: ArrayElement

    init(_ table: TableFile) { (format, element) = (table.format, table.element) }

    /// Of the first table that a line names; nil if it names none.
    ///
    /// - Throws: ``StoreError`` if the table is not there or damaged.
    init?(_ entry: ManifestEntry, in folder: PartFolder) throws(StoreError) {
        for level in EmbeddingFiles.Level.allCases {
            guard let place = entry.place(level) else { continue }
            if let problem = place.problem(in: .parts, level) {
                throw StoreError(path: folder.path, .damagedRows(problem))
            }
            self.init(try TableFile(path: folder.path + "/" + place.file, name: level.rawValue))
            return
        }
        return nil
    }
}
