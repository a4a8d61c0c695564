import EchoFormats

/// How the lines of a ``FieldTable`` are understood.
enum FieldTableReading {
    typealias Row = FieldTable.Row

    /// A table whose first line names its columns.
    static func named(_ records: [CSVRecords.Record], path: String) throws(FieldError) -> [Row] {
        let names = records[0].fields
        var rows: [Row] = []
        for record in records.dropFirst() {
            guard record.fields.count == names.count else {
                throw .badTable(
                    path: path, line: record.line,
                    reason:
                        "it has \(record.fields.count.counted("column")), the first line \(names.count)"
                )
            }
            var fields: [String: String] = [:]
            for (name, value) in zip(names, record.fields).dropFirst() where !value.isEmpty {
                guard name == tellingColumn else {
                    fields[name] = value
                    continue
                }
                for (name, value) in DCASEName.fields(ofName: value.fileName) {
                    fields[name] = value
                }
            }
            rows.append(
                Row(
                    key: record.fields[0], machine: fields[FieldName.machine], fields: fields,
                    line: record.line))
        }
        return rows
    }

    /// The challenge's tables, which have no such line.
    static func challenge(_ records: [CSVRecords.Record], path: String) throws(FieldError) -> [Row]
    {
        var machine = machine(ofFile: path)
        let isOfDomains = path.parentPath?.fileName == "ground_truth_domain"
        var rows: [Row] = []
        for record in records {
            let columns = record.fields
            if columns.count == 1 {
                machine = columns[0]
                continue
            }
            var fields: [String: String]
            switch columns.count {
            case 2 where isOfDomains: fields = try domain(columns[1], record, path)
            case 2: fields = try labelOrName(columns[1], record, path)
            case 3:
                fields = try labelOrName(columns[2], record, path)
                let telling = DCASEName.fields(ofName: columns[1])
                if let label = telling[FieldName.label], label != fields[FieldName.label] {
                    throw .badTable(
                        path: path, line: record.line,
                        reason:
                            "\(quoted(columns[1])) and the label \(quoted(columns[2])) contradict")
                }
                fields.merge(telling) { $1 }
            default:
                throw .badTable(
                    path: path, line: record.line,
                    reason:
                        "it has \(columns.count) columns; tables have a first line that names them, "
                        + "or two or three columns as those of the DCASE challenge")
            }
            // Whose they are is asked by name; a test set's split is known from its folder.
            rows.append(
                Row(key: columns[0], machine: machine, fields: fields, line: record.line))
        }
        return rows
    }

    private static func domain(
        _ text: String, _ record: CSVRecords.Record, _ path: String
    ) throws(FieldError) -> [String: String] {
        switch text.trimmed {
        case "0": return [FieldName.domain: "source"]
        case "1": return [FieldName.domain: "target"]
        default:
            throw .badTable(
                path: path, line: record.line,
                reason: "\(quoted(text)) is not a domain: 0 is the source, 1 the target")
        }
    }

    private static func labelOrName(
        _ text: String, _ record: CSVRecords.Record, _ path: String
    ) throws(FieldError) -> [String: String] {
        switch text.trimmed {
        case "0", "normal": return [FieldName.label: "normal"]
        case "1", "anomaly": return [FieldName.label: "anomaly"]
        default:
            let fields = DCASEName.fields(ofName: text)
            guard fields[FieldName.label] != nil else {
                throw .badTable(
                    path: path, line: record.line,
                    reason:
                        "\(quoted(text)) is not a label: 0 or normal, 1 or anomaly, or a name with a "
                        + "label as the DCASE challenge has it")
            }
            return fields
        }
    }

    /// The machine in `ground_truth_MACHINE_section_00_test.csv`.
    private static func machine(ofFile path: String) -> String? {
        let words = path.fileName.split(separator: "_")
        guard words.starts(with: ["ground", "truth"]), words.count > 3, words[3] == "section" else {
            return nil
        }
        return String(words[2])
    }

    /// In the official evaluator of 2022.
    private static let tellingColumn = "file_name_with_attributes"
}
