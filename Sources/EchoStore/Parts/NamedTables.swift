import EchoFormats
import Glibc

/// The tables of a folder in parts, held against the lines that name them: of each the header is read, once,
/// and the size of the file.
struct NamedTables {
    /// A table that does not have the rows that lines name, and why.
    struct Lost {
        let name: String
        let reason: String
    }

    private struct Table {
        let name: [UInt8]
        let level: EmbeddingFiles.Level
        /// Nil if it is lost; then ``number`` is its place among the lost.
        let shape: (rowCount: Int, width: Int)?
        var number: Int?
    }

    private(set) var lost: [Lost] = []
    private let folder: String
    /// Those of the part whose lines are read.
    private var part: PartName?
    private var tables: [Table] = []

    init(folder: String) { self.folder = folder }

    /// Looks for the rows of a line.
    ///
    /// - Returns: The place in ``lost`` of a table that does not have them; nil if all are there.
    /// - Throws: ``StoreError`` if the system does not let a table be read.
    mutating func lostTable(
        of line: ScannedLine, in part: PartName
    ) throws(StoreError) -> Int? {
        if let place = line.utterance, let rows = place.rows,
            let number = try lostTable(place.file, rows, line.width, .utterance, of: part)
        {
            return number
        }
        guard let place = line.segments, let rows = place.rows else { return nil }
        return try lostTable(place.file, rows, line.width, .segment, of: part)
    }

    /// Likewise of a line that was parsed.
    mutating func lostTable(
        of embedding: ManifestEntry.Embedding, in part: PartName
    ) throws(StoreError) -> Int? {
        func look(
            _ place: ManifestEntry.Place?, _ level: EmbeddingFiles.Level, _ tables: inout Self
        ) throws(StoreError) -> Int? {
            guard let place, let rows = place.rows else { return nil }
            return try Array(place.file.utf8).withUnsafeBufferPointer { file throws(StoreError) in
                try tables.lostTable(
                    UnsafeRawBufferPointer(file), rows, embedding.width, level, of: part)
            }
        }
        if let number = try look(embedding.utterance, .utterance, &self) { return number }
        return try look(embedding.segments, .segment, &self)
    }

    private mutating func lostTable(
        _ file: UnsafeRawBufferPointer, _ rows: Range<Int>, _ width: Int,
        _ level: EmbeddingFiles.Level, of part: PartName
    ) throws(StoreError) -> Int? {
        if self.part != part { (self.part, tables) = (part, []) }
        var index = tables.firstIndex { $0.level == level && file.hasBytes($0.name) }
        if index == nil, let table = try look(file, level) {
            index = tables.count
            tables.append(table)
        }
        guard let index else { return nil }
        if let shape = tables[index].shape {
            guard shape.width != width || rows.upperBound > shape.rowCount else { return nil }
            if tables[index].number == nil {
                tables[index].number = add(
                    tables[index].name, "it is [\(shape.rowCount), \(shape.width)]")
            }
        }
        return tables[index].number
    }

    /// Nil if it is no name of a table: what is wrong with the line, `inspect` says.
    private mutating func look(
        _ file: UnsafeRawBufferPointer, _ level: EmbeddingFiles.Level
    ) throws(StoreError) -> Table? {
        let name = String(decoding: file, as: UTF8.self)
        guard PartName(table: name) != nil else { return nil }
        do throws(StoreError) {
            let table = try TableFile(path: folder + "/" + name, name: level.rawValue)
            return Table(name: Array(file), level: level, shape: (table.rowCount, table.width))
        } catch {
            let reason =
                switch error.cause {
                case .damagedRows(let text): text
                case .lostRows: "there is no such file"
                default: throw error
                }
            let number = add(Array(file), reason)
            return Table(name: Array(file), level: level, shape: nil, number: number)
        }
    }

    private mutating func add(_ name: [UInt8], _ reason: String) -> Int {
        lost.append(Lost(name: String(decoding: name, as: UTF8.self), reason: reason))
        return lost.count - 1
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func hasBytes(_ bytes: [UInt8]) -> Bool {
        guard count == bytes.count, let start = baseAddress else { return bytes.isEmpty && isEmpty }
        return memcmp(start, bytes, count) == 0
    }
}
