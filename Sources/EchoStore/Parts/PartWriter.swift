import EchoFormats

/// One part while it is written: its tables, and the manifest whose appearance commits it.
package final class PartWriter {
    package let name: PartName
    package private(set) var entries: [ManifestEntry] = []
    private let folder: String
    private let format: ArrayFormat
    private let element: ArrayElement
    private let pool: OpenFilePool
    private var tables: [String: TableWriter] = [:]

    /// A part in a folder that exists.
    ///
    /// - Parameter pool: Bounds how many of its tables are open at once.
    package init(
        _ name: PartName, folder: String, format: ArrayFormat, element: ArrayElement,
        pool: OpenFilePool = OpenFilePool()
    ) {
        (self.name, self.folder, self.pool) = (name, folder, pool)
        (self.format, self.element) = (format, element)
    }

    /// The table of a level and width, created when it is first asked for.
    ///
    /// - Throws: ``StoreError`` if it cannot be created.
    package func table(
        _ level: EmbeddingFiles.Level, width: Int
    ) throws(StoreError) -> TableWriter {
        let file = name.table(level, width: width, format: format)
        if let table = tables[file] { return table }
        let header = TableHeader(
            format: format, element: element, name: level.rawValue, columns: width)
        let table = try TableWriter(folder: folder, name: file, header: header, pool: pool)
        tables[file] = table
        return table
    }

    /// Adds a line to the manifest.
    package func append(_ entry: ManifestEntry) { entries.append(entry) }

    /// Puts the tables in place, then the manifest; each step is on disk before the next begins.
    ///
    /// - Throws: ``StoreError`` if one cannot be written; the part does not exist then.
    package func commit() throws(StoreError) {
        var hashes = try commitTables()
        for index in entries.indices { entries[index].takeHashes(&hashes) }
        try commit(lines: entries.lazy.map(\.json))
    }

    /// Puts the tables in place; the part is not there yet.
    ///
    /// - Returns: The SHA-256 of each, by its name.
    func commitTables() throws(StoreError) -> [String: String] {
        var hashes: [String: String] = [:]
        for table in tables.values.sorted(by: { $0.name < $1.name }) where table.rowCount > 0 {
            hashes[table.name] = try table.commit()
        }
        try FolderSync.sync(folder)
        return hashes
    }

    /// Puts the manifest in place, after ``commitTables()``: then the part is there.
    func commit(lines: some Sequence<JSONObject>) throws(StoreError) {
        try SmallFile.replace(folder + "/" + name.manifest, with: JSONObject.lines(lines))
        tables = [:]
    }

    /// Removes what is not in place.
    package func abandon() {
        for table in tables.values { table.abandon() }
        tables = [:]
    }
}
