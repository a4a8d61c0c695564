/// Where the rows of one width lie: the recordings that they are of, and the files.
///
/// Of a folder in parts 16 bytes a recording and some a table; of a folder of files 48 bytes a recording
/// and its name.
struct RowPlaces: Sendable {
    /// A line of a manifest, and the first of its rows.
    struct Line {
        let firstRow: Int
        /// Its manifest's number among the folder's, and its own in there.
        let part, line: Int32
    }

    /// Rows that lie together in a file.
    struct Run {
        let firstRow: Int
        /// The first of them in the file.
        let fileRow: Int
        let file: Int
    }

    private(set) var lines: [Line] = []
    private(set) var runs: [Run] = []
    private(set) var rowCount = 0
    private var names = NameList()

    /// Adds the rows of a line, behind those that are there.
    mutating func append(part: Int32, line: Int32, file: String, rows: Range<Int>) {
        lines.append(Line(firstRow: rowCount, part: part, line: line))
        let isSame = names.lastEquals(file)
        if !isSame { names.append(file) }
        if let last = runs.last, isSame,
            last.fileRow + rowCount - last.firstRow == rows.lowerBound
        {
            // They go on where the last ones end.
        } else {
            runs.append(
                Run(firstRow: rowCount, fileRow: rows.lowerBound, file: names.count - 1))
        }
        rowCount += rows.count
    }

    func file(_ number: Int) -> String { names[number] }

    /// The rows of a line.
    func rows(ofLine index: Int) -> Range<Int> {
        lines[index].firstRow..<(index + 1 < lines.count ? lines[index + 1].firstRow : rowCount)
    }

    /// The line that a row is of: the last that begins at it or before; lines without rows lie before it.
    func line(ofRow row: Int) -> Int { Self.last(lines.count) { lines[$0].firstRow <= row } }

    /// The file that holds a row, and the row's number in there.
    func place(ofRow row: Int) -> (file: String, row: Int) {
        let run = runs[Self.last(runs.count) { runs[$0].firstRow <= row }]
        return (file(run.file), run.fileRow + row - run.firstRow)
    }

    /// The pieces of a range of rows, each within one file.
    func forEachPiece(
        of rows: Range<Int>,
        _ body: (_ file: Int, _ fileRows: Range<Int>) throws(StoreError) -> Void
    ) throws(StoreError) {
        var row = rows.lowerBound
        var number = Self.last(runs.count) { runs[$0].firstRow <= row }
        while row < rows.upperBound {
            let run = runs[number]
            let end = number + 1 < runs.count ? runs[number + 1].firstRow : rowCount
            let count = min(end, rows.upperBound) - row
            let first = run.fileRow + row - run.firstRow
            if count > 0 { try body(run.file, first..<first + count) }
            row += count
            number += 1
        }
    }

    /// The last of `count` numbers for which a condition holds that holds from 0 up to it.
    private static func last(_ count: Int, _ holds: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if holds(middle) { low = middle } else { high = middle }
        }
        return low
    }
}
