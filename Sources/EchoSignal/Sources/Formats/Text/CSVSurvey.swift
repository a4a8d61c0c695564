/// One look at the whole of a text file, at some of its columns alone: whether they count time or rows.
struct CSVSurvey {
    /// What became of each column; none if it is not of numbers to the end.
    private(set) var steps: [Int: EvenSteps] = [:]
    /// The first error in each of the others.
    private(set) var failures: [Int: SignalError] = [:]

    /// - Parameter columns: Their first rows' steps.
    /// - Throws: ``SignalError`` if the file cannot be read.
    init(
        _ columns: [Int: EvenSteps], _ content: SignalContent, _ layout: CSVLayout,
        _ dialect: CSVDialect
    ) throws(SignalError) {
        guard !columns.isEmpty else { return }
        var tracked = columns.sorted { $0.key < $1.key }
        var rows = try CSVRows(content, layout, dialect)
        while !tracked.isEmpty, try rows.next() {
            var failed: Int?
            for index in tracked.indices {
                if let value = rows.timestamp(tracked[index].key) {
                    tracked[index].value.add(value, line: rows.reader.line)
                } else {
                    failed = index
                }
            }
            if let failed {
                let column = tracked.remove(at: failed).key
                failures[column] = rows.notANumber(column)
            }
        }
        for column in tracked { steps[column.key] = column.value }
    }
}
