import EchoFormats

/// Reads a manifest: JSON Lines, CSV with a header, or plain paths, a line each.
///
/// The ending tells which (`.jsonl`, `.ndjson`, `.csv`, `.tsv`), else the first line: an object is JSON,
/// a header with `path` in it CSV. Rows are passed on one by one, so nothing but what the caller keeps
/// is held.
struct Manifest {
    private enum Format { case json, csv, paths }

    /// Bytes of a line.
    private static let lineLimit = 1 << 24

    private let path: String
    private let stream: ByteStream
    private let format: Format
    private let delimiter: CSVReader.Delimiter

    /// - Parameter path: `-` for standard input.
    /// - Throws: ``InputError`` if it cannot be opened.
    init(path: String) throws(InputError) {
        self.path = path
        if FileStatus(path: path).folder != nil { throw InputError(.folder(list: path)) }
        do throws(ByteStream.Failure) {
            stream = try ByteStream(path: path)
            let ahead = try stream.lookAhead()
            let line = ahead.prefix { $0 != 0x0A }
            let delimiter = CSVReader.Delimiter.detect(in: line)
            // A list of one column has no delimiter; blanks are part of names.
            self.delimiter = delimiter == .blanks ? .byte(UInt8(ascii: ",")) : delimiter
            format = Self.format(path, firstByte: ahead.first { $0 > 0x20 }, line)
        } catch {
            if let remedy = RemoteAddress.refusal(of: path) {
                throw InputError(.address(path, remedy: remedy))
            }
            throw InputError(.missing(path: path, error.text))
        }
    }

    private static func format(
        _ path: String, firstByte: UInt8?, _ line: ArraySlice<UInt8>
    ) -> Format {
        if ["jsonl", "ndjson", "json"].contains(path.ending) { return .json }
        if ["csv", "tsv"].contains(path.ending) { return .csv }
        if firstByte == UInt8(ascii: "{") { return .json }
        let text = String(decoding: line, as: UTF8.self)
        let names = text.split { ",;\t\r\"".contains($0) }
        return names.contains("path") ? .csv : .paths
    }

    /// Passes on every row and the line it starts on, from 1.
    ///
    /// - Parameter leaveOut: Called for a row that is not UTF-8, as names of old disks are: the others can
    ///   be embedded all the same.
    /// - Throws: ``InputError`` if a row is malformed, with its line and column.
    func forEachRow(
        _ take: (_ row: ManifestRow, _ path: String, _ line: Int) throws(InputError) -> Void,
        leaveOut: (InputError) -> Void
    ) throws(InputError) {
        switch format {
        case .csv: try readCSV(take, leaveOut)
        case .json:
            try readLines { (line, number) throws(InputError) in
                guard line.contains(where: { $0 > 0x20 }) else { return }
                guard String(validating: line, as: UTF8.self) != nil else {
                    return leaveOut(error(number, nil, "the line is not UTF-8"))
                }
                let row = try jsonRow(line, number)
                guard let path = row.path else {
                    throw lacksPath(number, row.fields.members.map(\.key))
                }
                try take(row, path, number)
            }
        case .paths:
            try readLines { (line, number) throws(InputError) in
                let bytes = line.last == 0x0D ? line.dropLast() : line[...]
                if bytes.isEmpty { return }
                guard let path = String(validating: bytes, as: UTF8.self) else {
                    let name = String(decoding: bytes, as: UTF8.self)
                    return leaveOut(InputError(.nameNotUnicode(path: name)))
                }
                if let remedy = RemoteAddress.refusal(of: path) {
                    throw error(number, nil, String(remedy.dropLast()))
                }
                try take(ManifestRow(), path, number)
            }
        }
    }

    private func readLines(
        _ take: ([UInt8], Int) throws(InputError) -> Void
    ) throws(InputError) {
        var number = 0
        while true {
            number += 1
            let line: [UInt8]?
            do throws(ByteStream.Failure) {
                line = try stream.read(to: 0x0A, limit: Self.lineLimit)
            } catch {
                throw self.error(number, nil, error.text)
            }
            guard let line else { return }
            try take(line, number)
        }
    }

    private func jsonRow(_ line: [UInt8], _ number: Int) throws(InputError) -> ManifestRow {
        var object = JSONObject()
        do throws(JSONScanner.Failure) {
            var scanner = JSONScanner(line)
            object = try scanner.object()
            try scanner.end()
        } catch {
            throw self.error(number, nil, "\(error)")
        }
        var row = ManifestRow()
        for member in object.members {
            try set(&row, member.key, member.value, number, column: member.key)
        }
        return row
    }

    private func readCSV(
        _ take: (ManifestRow, String, Int) throws(InputError) -> Void,
        _ leaveOut: (InputError) -> Void
    ) throws(InputError) {
        var reader = CSVReader(stream, delimiter)
        guard try next(&reader) else { return }
        let columns = (0..<reader.fieldCount).map { CSVColumns.trimmed(reader.text($0)) }
        guard columns.contains("path") else { throw lacksPath(reader.line, columns) }
        if let index = columns.indices.first(where: { columns[..<$0].contains(columns[$0]) }) {
            throw error(
                reader.line, "\(index + 1)", "there are two columns \(quoted(columns[index]))")
        }
        while try next(&reader) {
            guard reader.fieldCount == columns.count else {
                throw error(
                    reader.line, "\(min(reader.fieldCount, columns.count) + 1)",
                    "the row has \(reader.fieldCount.counted("field")), the header \(columns.count)"
                )
            }
            guard let row = try csvRow(reader, columns, leaveOut) else { continue }
            guard let path = row.path else {
                throw error(reader.line, "path", "there is no path")
            }
            try take(row, path, reader.line)
        }
    }

    /// The row that the reader stands on; nil if it is left out.
    private func csvRow(
        _ reader: CSVReader, _ columns: [String], _ leaveOut: (InputError) -> Void
    ) throws(InputError) -> ManifestRow? {
        var row = ManifestRow()
        for (index, column) in columns.enumerated() {
            let place = "\(index + 1) (\(column))"
            guard let text = String(validating: reader.field(index), as: UTF8.self) else {
                leaveOut(
                    column == ColumnName.path.rawValue
                        ? InputError(
                            .nameNotUnicode(
                                path: String(decoding: reader.field(index), as: UTF8.self)))
                        : error(reader.line, place, "the text is not UTF-8"))
                return nil
            }
            try set(&row, column, .string(text), reader.line, column: place)
        }
        return row
    }

    private func next(_ reader: inout CSVReader) throws(InputError) -> Bool {
        do throws(CSVReader.Failure) {
            return try reader.next()
        } catch {
            throw self.error(error.line, nil, error.text)
        }
    }

    private func set(
        _ row: inout ManifestRow, _ key: String, _ value: JSONValue, _ line: Int, column: String
    ) throws(InputError) {
        do throws(ManifestRow.Problem) {
            try row.set(key, value)
        } catch {
            throw self.error(line, column, error.text)
        }
    }

    private func lacksPath(_ line: Int, _ columns: [String]) -> InputError {
        let near = columns.first { ColumnName.meant(by: $0) == .path }
        let meant = near.map { ", if it is what \(quoted($0)) means" } ?? ""
        return error(line, nil, "there is no path; name the column of recordings 'path'\(meant)")
    }

    private func error(_ line: Int, _ column: String?, _ text: String) -> InputError {
        InputError(.list(path: path, line: line, column: column, text))
    }
}
