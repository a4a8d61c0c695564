import EchoFormats
import EchoStore

/// `scores.csv`: a line for each test recording, in the order of the test's folders.
///
/// Columns: ``columns``, then for each of the nearest recordings of the bank `nearest_1`,
/// `nearest_1_channel`, `nearest_1_distance`, `nearest_2` and so on. An empty field is none.
package enum ScoreTable {
    package static let fileName = "scores.csv"

    package static let columns = [
        "id", "channel", "group", "label", "domain", "time", "score", "threshold", "odd",
    ]
    /// Columns of each of the nearest.
    private static let nearestWidth = 3

    /// The first line.
    ///
    /// - Parameter nearestCount: How many of the nearest have columns.
    package static func header(nearestCount: Int) -> String {
        CSVRecords.line(columns + (0..<nearestCount).flatMap(nearestColumns))
    }

    /// Columns of one of the nearest, from 0.
    private static func nearestColumns(_ number: Int) -> [String] {
        ["", "_channel", "_distance"].map { "nearest_\(number + 1)\($0)" }
    }

    /// The line of a recording; of its nearest the first `nearestCount`.
    package static func line(_ row: ScoreRow, nearestCount: Int) -> String {
        var fields: [String] = [row.id, text(row.channel), row.group]
        fields += [row.label ?? "", row.domain ?? "", row.time.map { CivilTime.text($0) } ?? ""]
        fields += ["\(row.score)", text(row.threshold), text(row.isOdd)]
        for number in 0..<nearestCount {
            guard number < row.nearest.count else {
                fields += ["", "", ""]
                continue
            }
            let nearest = row.nearest[number]
            fields += [nearest.id, text(nearest.channel), "\(nearest.distance)"]
        }
        return CSVRecords.line(fields)
    }

    /// Swift's shortest text of a number that reads back as it is, whatever the locale; nothing of none.
    private static func text(_ value: (some CustomStringConvertible)?) -> String {
        value.map(\.description) ?? ""
    }

    /// Reads a table row by row.
    ///
    /// - Throws: ``StoreError`` if it cannot be read, or is none that we write, with the line.
    package static func forEachRow(
        of path: String, _ take: (ScoreRow) -> Void
    ) throws(StoreError) {
        guard let bytes = try SmallFile.read(path) else {
            throw StoreError(path: path, .notARecord("there is no such file"))
        }
        var layout: Layout?
        do throws(CSVRecords.Malformed) {
            var records = CSVRecords(bytes)
            while let record = try records.record() {
                if let layout {
                    take(try row(record, layout))
                } else {
                    layout = try Layout(header: record.fields)
                }
            }
        } catch {
            throw StoreError(path: path, .notARecord("line \(error.line): \(error.reason)"))
        }
        if layout == nil { throw StoreError(path: path, .notARecord("it is empty")) }
    }

    /// Reads a table whole.
    ///
    /// - Throws: As ``forEachRow(of:_:)`` does.
    package static func read(_ path: String) throws(StoreError) -> [ScoreRow] {
        var rows: [ScoreRow] = []
        try forEachRow(of: path) { rows.append($0) }
        return rows
    }

    /// What a header says of the lines below it. Columns that stand behind those of this release are passed over.
    private struct Layout {
        let names: [String]
        let nearestCount: Int

        init(header fields: [String]) throws(CSVRecords.Malformed) {
            var known = columns
            var nearestCount = 0
            while case let next = known + ScoreTable.nearestColumns(nearestCount),
                Self.begins(fields, with: next)
            {
                (known, nearestCount) = (next, nearestCount + 1)
            }
            guard Self.begins(fields, with: known) else {
                throw CSVRecords.Malformed(
                    line: 1, reason: "these are not the columns of \(fileName)")
            }
            (names, self.nearestCount) = (fields, nearestCount)
        }

        private static func begins(_ fields: [String], with names: [String]) -> Bool {
            fields.starts(with: names) { $0.hasSameBytes(as: $1) }
        }
    }

    private static func row(
        _ record: CSVRecords.Record, _ layout: Layout
    ) throws(CSVRecords.Malformed) -> ScoreRow {
        let (fields, line, names) = (record.fields, record.line, layout.names)
        guard fields.count == names.count else {
            throw CSVRecords.Malformed(
                line: line,
                reason: "\(fields.count.counted("field")), where there are \(names.count) columns"
            )
        }
        func read<Value>(
            _ index: Int, _ value: (String) -> Value?
        ) throws(CSVRecords.Malformed) -> Value? {
            if fields[index].isEmpty { return nil }
            if let value = value(fields[index]) { return value }
            throw CSVRecords.Malformed(
                line: line, reason: "\(names[index]) is \(quoted(fields[index]))")
        }
        guard let score = try read(6, { Double($0) }) else {
            throw CSVRecords.Malformed(line: line, reason: "there is no score")
        }
        var row = ScoreRow(
            id: fields[0], channel: try read(1) { Int($0) }, group: fields[2],
            label: try read(3) { $0 }, domain: try read(4) { $0 }, time: try read(5, seconds),
            score: score, threshold: try read(7) { Double($0) })
        _ = try read(8) { Bool($0) }
        for number in 0..<layout.nearestCount {
            let first = columns.count + number * nearestWidth
            guard let distance = try read(first + 2, { Double($0) }) else { break }
            row.nearest.append(
                .init(
                    id: fields[first], channel: try read(first + 1) { Int($0) },
                    distance: distance))
        }
        return row
    }

    /// Seconds since 1970 of a time as ``CivilTime/text(_:)`` writes it; nil if it is nothing of that kind.
    private static func seconds(_ text: String) -> Double? {
        FieldTime.date(text).flatMap { $0.zone == nil ? nil : $0.seconds }
    }
}
