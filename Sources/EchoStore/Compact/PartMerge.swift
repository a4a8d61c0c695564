import EchoFormats
import Glibc

/// A part that is made of lines of other parts, and of their rows, byte for byte.
final class PartMerge {
    let name: PartName
    private let folder: PartFolder
    private let writer: PartWriter
    /// Nil if no line has rows in a table.
    private let kind: TableKind?
    private var lines: [ManifestLine] = []
    private var tables: [String: TableFile] = [:]

    init(_ name: PartName, in folder: PartFolder, kind: TableKind?) {
        (self.name, self.folder, self.kind) = (name, folder, kind)
        writer = PartWriter(
            name, folder: folder.path, format: kind?.format ?? .npy,
            element: kind?.element ?? .float32)
    }

    /// Takes a line, with its rows, as one more try at its id.
    ///
    /// - Throws: ``StoreError`` if a table is missing, damaged, or not as its manifest says.
    func append(_ line: ManifestLine) throws(StoreError) {
        var line = line
        guard line.entry.attempt < ManifestEntry.attempts.upperBound else {
            let id = line.entry.source.id
            throw StoreError(
                path: folder.path, .notARecord("\(id) was tried \(line.entry.attempt) times"))
        }
        if folder.layout == .parts {
            for level in EmbeddingFiles.Level.allCases { try moveRows(of: level, &line) }
        }
        line.set(attempt: line.entry.attempt + 1)
        lines.append(line)
    }

    /// Puts the tables in place, then the manifest.
    func commit() throws(StoreError) {
        var hashes = try writer.commitTables()
        for index in lines.indices where folder.layout == .parts {
            lines[index].takeHashes(&hashes)
        }
        try writer.commit(lines: lines.lazy.map(\.object))
        tables = [:]
    }

    /// Removes what is not in place.
    func abandon() { writer.abandon() }

    private func moveRows(
        of level: EmbeddingFiles.Level, _ line: inout ManifestLine
    ) throws(StoreError) {
        guard case .embedded(let embedding) = line.entry.outcome,
            let place = line.entry.place(level)
        else { return }
        if let problem = place.problem(in: .parts, level) {
            throw StoreError(path: folder.path, .damagedRows(problem))
        }
        guard let rows = place.rows else { return }
        let source = try table(place, level)
        guard source.width == embedding.width, rows.upperBound <= source.rowCount else {
            throw StoreError(
                path: folder.path + "/" + place.file,
                .damagedRows(
                    "it is [\(source.rowCount), \(source.width)], and its manifest names rows "
                        + "\(rows.lowerBound) to \(rows.upperBound) of width \(embedding.width)"))
        }
        let target = try writer.table(level, width: embedding.width)
        let first = target.rowCount
        try source.forEachPiece(of: rows) { bytes throws(StoreError) in
            try target.append(bytes: bytes)
        }
        line.move(level, to: target.name, rows: first..<first + rows.count)
    }

    /// A table that lines are taken from.
    private func table(
        _ place: ManifestEntry.Place, _ level: EmbeddingFiles.Level
    ) throws(StoreError) -> TableFile {
        if let known = tables[place.file] { return known }
        let path = folder.path + "/" + place.file
        let table = try TableFile(path: path, name: level.rawValue)
        guard TableKind(table) == kind else {
            throw StoreError(
                path: path, .damagedRows("its values are of another type than its part's"))
        }
        // Lines come part after part: a few tables are enough.
        if tables.count >= 16 { tables = [:] }
        tables[place.file] = table
        return table
    }
}
