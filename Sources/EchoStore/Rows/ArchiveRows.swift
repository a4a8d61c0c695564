import EchoInvariant

/// The rows of one width and level in an output folder that hold, of either layout: read from the files
/// when they are asked for.
package struct ArchiveRows: RowSource {
    package let width: Int
    package let level: EmbeddingFiles.Level
    package let folder: PartFolder
    /// Recordings, or channels of them, by the settings that they were embedded with:
    /// ``ManifestEntry/run``.
    package let runs: [String: Int]
    private let places: RowPlaces
    private let tables: OpenTables

    package var rowCount: Int { places.rowCount }
    /// Lines of manifests that have rows here: recordings, or channels of them.
    package var entryCount: Int { places.lines.count }

    /// The rows of a folder; of several widths or levels make an ``ArchiveIndex``.
    ///
    /// - Throws: ``StoreError`` if there is no manifest, or a line of one is damaged, which is named.
    package init(
        _ folder: PartFolder, level: EmbeddingFiles.Level, width: Int
    ) throws(StoreError) {
        self = try ArchiveIndex(folder, level: level).rows(ofWidth: width)
    }

    /// Rows by width.
    ///
    /// - Throws: As ``init(_:level:width:)``.
    package static func widths(
        _ folder: PartFolder, level: EmbeddingFiles.Level
    ) throws(StoreError) -> [Int: Int] {
        try ArchiveIndex(folder, level: level).widths
    }

    init(
        _ folder: PartFolder, _ level: EmbeddingFiles.Level, width: Int, _ places: RowPlaces,
        runs: [String: Int]
    ) {
        (self.folder, self.level, self.width) = (folder, level, width)
        (self.places, self.runs) = (places, runs)
        tables = OpenTables(folder: folder.path, name: level.rawValue)
    }

    /// - Throws: ``StoreError`` if a file is missing, damaged, or not as its manifest says.
    package func read(
        _ rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
    ) throws(StoreError) {
        invariant(
            rows.lowerBound >= 0 && rows.upperBound <= rowCount
                && destination.count >= rows.count * width, "\(rows) of \(rowCount) rows")
        var done = 0
        try places.forEachPiece(of: rows) { file, fileRows throws(StoreError) in
            let name = places.file(file)
            let table = try tables.table(name)
            guard table.width == width, fileRows.upperBound <= table.rowCount else {
                throw StoreError(
                    path: folder.path + "/" + name,
                    .damagedRows(
                        "it is [\(table.rowCount), \(table.width)], and its manifest names row "
                            + "\(fileRows.upperBound - 1) of width \(width)"))
            }
            try table.read(
                fileRows, into: UnsafeMutableBufferPointer(rebasing: destination[done...]))
            done += fileRows.count * width
        }
    }

    package func name(ofRow row: Int) -> String {
        let (file, fileRow) = places.place(ofRow: row)
        return "\(folder.path)/\(file) row \(fileRow)"
    }

    /// The rows of entry `index`, within `0 ..< entryCount`: one, or at segment level those of its segments.
    package func rows(ofEntry index: Int) -> Range<Int> { places.rows(ofLine: index) }

    /// The entry that a row is of.
    package func entryIndex(ofRow row: Int) -> Int { places.line(ofRow: row) }

    /// The line of the manifest that a row is of, and the row's number in there: of an utterance 0, of
    /// segments the segment.
    ///
    /// - Throws: ``StoreError`` if the manifest cannot be read any more.
    package func entry(ofRow row: Int) throws(StoreError) -> (entry: ManifestEntry, number: Int) {
        let index = entryIndex(ofRow: row)
        let number = row - rows(ofEntry: index).lowerBound
        guard let entry = try entries([index])[index] else {
            invariantFailure("entry \(index) was not read")
        }
        return (entry, number)
    }

    /// Entries by their numbers; each manifest is read once.
    ///
    /// - Throws: ``StoreError`` if a manifest cannot be read any more, or became another.
    package func entries(
        _ indices: some Sequence<Int>
    ) throws(StoreError) -> [Int: ManifestEntry] {
        var result: [Int: ManifestEntry] = [:]
        let byPart = Dictionary(grouping: Set(indices)) { places.lines[$0].part }
        for (part, indices) in byPart {
            let name = folder.parts[Int(part)]
            let lines = try folder.entries(of: name)
            for index in indices {
                let line = Int(places.lines[index].line)
                guard line < lines.count else {
                    throw StoreError(
                        path: folder.path + "/" + name.manifest,
                        .damagedRows("it became shorter while it was read"))
                }
                result[index] = lines[line]
            }
        }
        return result
    }

    /// Calls `body` with every entry and its rows, in order.
    ///
    /// - Throws: As ``entries(_:)``.
    package func forEachEntry(
        _ body: (_ rows: Range<Int>, ManifestEntry) -> Void
    ) throws(StoreError) {
        var start = 0
        while start < entryCount {
            let part = places.lines[start].part
            var end = start + 1
            while end < entryCount, places.lines[end].part == part { end += 1 }
            let entries = try entries(start..<end)
            for index in start..<end {
                if let entry = entries[index] { body(rows(ofEntry: index), entry) }
            }
            start = end
        }
    }
}
