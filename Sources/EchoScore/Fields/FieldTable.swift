import EchoFormats

/// Fields of recordings from a CSV file, such as the labels of a test set whose names do not tell them.
///
/// These files are read, by what is in them:
/// - **A first line with names**, the first of which is `id`, `path`, `file`, `file_name`, `filename`, `name` or
///   `recording`: every other column is a field. (DCASE's `attributes_00.csv` are such files.)
/// - **The challenge's list of 2020, and SIREN's `eval_data_list_YEAR_converted.csv`**: a line with a machine,
///   then a line for each of its recordings: `section_00_0005.wav,section_00_source_test_anomaly_0005.wav,1`.
/// - **The official evaluators' `ground_truth_MACHINE_section_00_test.csv`**: `section_00_0005.wav,1`; a label, or in
///   a folder `ground_truth_domain` the domain (0 is the source), or in place of the number the telling name.
///
/// A recording is found by the name of its file, or by as many of its folders as the table gives, and by its
/// machine where the table has one.
package struct FieldTable: Sendable {
    package let path: String
    private var rows: [ByteName: [Row]] = [:]
    package private(set) var rowCount = 0
    /// The recording of its first line, as it names it; nil if it has none.
    private(set) var firstKey: String?

    struct Row: Hashable, Sendable {
        /// A path or name.
        let key: String
        let machine: String?
        var fields: [String: String]
        let line: Int
    }

    /// - Parameters:
    ///   - bytes: The content of the file.
    ///   - path: Where it was read; its name may hold the machine.
    package init(_ bytes: [UInt8], path: String) throws(FieldError) {
        self.path = path
        let records: [CSVRecords.Record]
        do { records = try CSVRecords.all(in: bytes) } catch {
            throw .badTable(path: path, line: error.line, reason: error.reason)
        }
        guard let first = records.first else {
            throw .badTable(path: path, line: 1, reason: "the file is empty")
        }
        if records.allSatisfy({ $0.fields.count == 1 }), let line = first.fields.first,
            let mark = line.first(where: { $0 == ";" || $0 == "\t" })
        {
            let name = mark == ";" ? "semicolons" : "tabs"
            throw .badTable(
                path: path, line: 1,
                reason: "\(name) separate its columns; commas are expected, in all lines")
        }
        let rows =
            try first.fields.first.map { Self.keyColumns.contains($0.lowercased()) } == true
            ? FieldTableReading.named(records, path: path)
            : FieldTableReading.challenge(records, path: path)
        for row in rows { self.rows[ByteName(row.key.fileName), default: []].append(row) }
        (rowCount, firstKey) = (rows.count, rows.first?.key)
    }

    /// The fields that it gives a recording; nil if it has none of it.
    ///
    /// - Parameter machine: The recording's machine, if it is known.
    /// - Throws: ``FieldError/ambiguousTable(path:id:lines:)`` if several lines fit and differ.
    package func fields(id: String, path: String, machine: String?) throws(FieldError) -> [String:
        String]?
    {
        let fitting =
            (rows[ByteName(id.fileName)] ?? [])
            + (path.fileName.hasSameBytes(as: id.fileName)
                ? [] : rows[ByteName(path.fileName)] ?? [])
        let found = fitting.filter { row in
            (machine == nil || row.machine == nil || machine == row.machine)
                && (Self.isSame(row.key, id) || Self.isSame(row.key, path))
        }
        guard let first = found.first else { return nil }
        if let other = found.first(where: { $0.fields != first.fields }) {
            throw .ambiguousTable(path: self.path, id: id, lines: [first.line, other.line])
        }
        return first.fields
    }

    /// Whether a path is that of the table, or ends in its folders and name.
    private static func isSame(_ key: String, _ path: String) -> Bool {
        path.hasSameBytes(as: key) || path.endsInBytes(of: "/" + key)
    }

    private static let keyColumns: Set = [
        "id", "path", "file", "file_name", "filename", "name", "recording",
    ]
}
