import EchoFormats
import EchoStore

/// The fields of recordings, from what their manifest, their names, a pattern and tables say.
///
/// What one source says must not be another's contradiction: that is an error which names both. Sources are: the
/// columns of the list of inputs (a manifest's `fields`), the name of the file and its folders as the DCASE
/// challenge has them (``DCASEName``), a pattern, and tables (``FieldTable``). Values are text and equal where Unicode
/// calls them equal: a machine with an "é" is one machine, in however many code points.
package struct FieldReader {
    private let pattern: NamePattern?
    private let tables: [FieldTable]
    /// Fields that were met before: recordings with the same ones share their storage.
    private var known: Set<[String: String]> = []
    private var lastFolder: (path: String, fields: [String: String]) = ("", [:])
    package private(set) var counts = Counts()

    package struct Counts: Hashable, Sendable {
        package var recordings = 0
        /// Recordings that the pattern fits.
        package var matched = 0
        /// The first one that it does not fit.
        package var firstUnmatched: String?
        /// Recordings that a table has, and that each of them has, in their order.
        package var inTables = 0
        package var byTable: [Int] = []
        /// The first recording.
        package var first: String?
    }

    package init(pattern: NamePattern? = nil, tables: [FieldTable] = []) {
        (self.pattern, self.tables) = (pattern, tables)
        counts.byTable = Array(repeating: 0, count: tables.count)
    }

    /// The fields of a recording in an archive.
    package mutating func fields(of source: RecordingSource) throws(FieldError) -> [String: String]
    {
        try fields(id: source.id, path: source.path, listed: source.fields)
    }

    /// The fields of a recording; those that nobody tells are missing.
    ///
    /// - Parameters:
    ///   - id: The pattern is looked for in it and then, if it does not fit, in `path`.
    ///   - path: Where the recording was read: folders that `id` does not have.
    ///   - listed: Text, numbers and truth values become fields; null, arrays and objects do not.
    package mutating func fields(
        id: String, path: String, listed: JSONObject = [:]
    ) throws(FieldError) -> [String: String] {
        var merged = Merged(id: id)
        for member in listed.members {
            guard let value = member.value.asField else { continue }
            try merged.add([member.key: value], source: "its list")
        }
        // A path that ends in the id says the same and more.
        for name in path.endsInBytes(of: id) ? [path] : [id, path] {
            try merged.add(DCASEName.fields(ofName: name.fileName), source: "its name")
            try merged.add(folderFields(of: name), source: "its folder")
        }
        counts.recordings += 1
        counts.first = counts.first ?? id
        if let pattern {
            if let fields = pattern.fields(of: id) ?? pattern.fields(of: path) {
                counts.matched += 1
                try merged.add(fields, source: "--pattern")
            } else if counts.firstUnmatched == nil {
                counts.firstUnmatched = id
            }
        }
        var isInTable = false
        for (number, table) in tables.enumerated() {
            let machine = merged.fields[FieldName.machine]
            guard let fields = try table.fields(id: id, path: path, machine: machine) else {
                continue
            }
            isInTable = true
            counts.byTable[number] += 1
            try merged.add(fields, source: shown(table.path))
        }
        if isInTable { counts.inTables += 1 }
        return shared(merged.fields)
    }

    /// Ends the reading: a pattern that fits no recording is a mistake, and so are tables that have none of them.
    package func requireMatches() throws(FieldError) {
        guard counts.recordings > 0 else { return }
        if let pattern, counts.matched == 0 {
            throw .patternNeverFits(
                pattern.text, count: counts.recordings, first: counts.firstUnmatched ?? "")
        }
        if let table = tables.first, counts.inTables == 0 {
            throw .tablesNeverFit(
                tables.map(\.path), line: table.firstKey ?? "", count: counts.recordings,
                first: counts.first ?? "")
        }
    }

    /// Tables that have no recording, where others do: perhaps of machines that are not here.
    package var unusedTables: [String] {
        zip(tables, counts.byTable).filter { $1 == 0 }.map(\.0.path)
    }

    /// What the folders of a path tell; recordings of one folder mostly follow each other.
    private mutating func folderFields(of path: String) -> [String: String] {
        let folder = path.parentPath ?? ""
        if folder.hasSameBytes(as: lastFolder.path) { return lastFolder.fields }
        lastFolder = (folder, DCASEName.fields(ofFoldersIn: path))
        return lastFolder.fields
    }

    private mutating func shared(_ fields: [String: String]) -> [String: String] {
        if let index = known.firstIndex(of: fields) { return known[index] }
        // Where nearly each has its own, as with a number in its name, remembering them gains nothing.
        guard known.count < 65_536 else { return fields }
        return known.insert(fields).memberAfterInsert
    }
}

/// Fields, and who said them.
private struct Merged {
    let id: String
    var fields: [String: String] = [:]
    private var sources: [String: String] = [:]

    init(id: String) { self.id = id }

    mutating func add(_ more: [String: String], source: String) throws(FieldError) {
        var contradiction: FieldError.Said?
        var contradicted = ""
        for (field, value) in more {
            guard let before = fields[field] else {
                (fields[field], sources[field]) = (value, source)
                continue
            }
            // Of several contradictions the one whose field comes first is told, whatever the order here.
            if before != value, contradiction == nil || field < contradicted {
                (contradiction, contradicted) = (.init(value, source: source), field)
            }
        }
        guard let contradiction else { return }
        let before = FieldError.Said(
            fields[contradicted] ?? "", source: sources[contradicted] ?? "")
        throw .disagreement(id: id, field: contradicted, first: before, second: contradiction)
    }
}

extension JSONValue {
    /// As the value of a field; nil if it is none.
    package var asField: String? {
        switch self {
        case .string(let text): text.isEmpty ? nil : text
        case .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}
