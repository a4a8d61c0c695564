import EchoFormats

/// The columns of a text file that count time or rows, which are no channels: the one that is named or
/// called so, and every other that rises, or falls, by even steps from the first row to the last.
struct CSVCounting {
    private(set) var columns: Set<Int> = []
    /// Hz, from the timestamps.
    private(set) var rate: Int?
    private(set) var note: String?

    private let layout: CSVLayout
    private let options: CSVOptions
    private let names: CSVNames
    private let content: SignalContent

    /// - Parameter sampleRate: Hz; nil to take it from timestamps.
    /// - Throws: ``SignalError`` if a column may be time or a channel, or timestamps tell no rate.
    init(
        _ layout: CSVLayout, _ dialect: CSVDialect, _ options: CSVOptions, sampleRate: Int?,
        _ names: CSVNames, _ content: SignalContent
    ) throws(SignalError) {
        let needsRate = sampleRate == nil
        (self.layout, self.options) = (layout, options)
        (self.names, self.content) = (names, content)
        if options.timeColumn == "none" {
            if needsRate { throw failed("there is no column of times") }
            return
        }
        var time = names.time
        if let name = options.timeColumn { time = try names.place(name) }
        let others = try others(than: time, needsRate: needsRate)
        let wanted = (others + [time].compactMap { $0 }).filter { layout.numeric.contains($0) }
        var first: [Int: EvenSteps] = [:]
        for column in wanted { first[column] = Self.steps(column, layout, dialect) }
        let survey = try CSVSurvey(first, content, layout, dialect)
        var notes: [String?] = []
        for column in others {
            guard let steps = survey.steps[column] else { continue }
            if options.columns == nil { try requireClear(steps, column) }
            guard steps.isRamp else { continue }
            columns.insert(column)
            notes.append(steps.suspicion.map { "column \(quoted(names.label(column))): \($0)" })
        }
        if needsRate {
            let column: Int
            if let time { column = time } else { column = try onlyRamp(columns) }
            let found = try findRate(column, survey)
            rate = found.rate
            notes.append(found.note)
            time = column
        } else if let time, let sampleRate {
            notes.append(remark(time, survey, sampleRate))
        }
        if let time { columns.insert(time) }
        note = Notes.joined(notes)
    }

    /// Columns that may count something though nobody says so.
    private func others(than time: Int?, needsRate: Bool) throws(SignalError) -> [Int] {
        guard let asked = options.columns else { return layout.numeric.filter { $0 != time } }
        guard needsRate, time == nil else { return [] }
        var channels: Set<Int> = []
        for column in asked { channels.insert(try names.place(column)) }
        return layout.numeric.filter { !channels.contains($0) }
    }

    /// The steps of a column's first rows; nil if they do not go one way.
    private static func steps(
        _ column: Int, _ layout: CSVLayout, _ dialect: CSVDialect
    ) -> EvenSteps? {
        var values: [CSVTimestamp] = []
        var (up, down) = (0, 0)
        for row in layout.rows {
            guard let value = row.field(column).flatMap({ CSVTimestamp($0, mark: dialect.mark) })
            else { continue }
            if let last = values.last {
                up += value.double > last.double ? 1 : 0
                down += value.double < last.double ? 1 : 0
            }
            values.append(value)
            // A signal goes both ways: seen in its first rows, without reading the others.
            if 16 * min(up, down) > layout.rows.count { return nil }
        }
        return EvenSteps(values)
    }

    private func requireClear(_ steps: EvenSteps, _ column: Int) throws(SignalError) {
        guard steps.isDoubtful else { return }
        let name = names.label(column)
        let way = steps.isRising ? "rises" : "falls"
        let why = steps.complaint ?? "its steps are not even"
        throw content.error(
            .ambiguous(
                line: (steps.broken ?? steps.odd)?.line ?? layout.firstLine,
                "column \(quoted(name)) is time that is not even, or a channel that \(way): \(why)",
                remedy: "Leave it out with --csv-time \(name), or name the channels with "
                    + "--csv-columns."))
    }

    private func onlyRamp(_ ramps: Set<Int>) throws(SignalError) -> Int {
        guard let column = ramps.first else {
            throw failed("there is no column of times")
        }
        guard ramps.count == 1 else {
            let all = ramps.sorted().map { quoted(names.label($0)) }.joined(separator: " and ")
            throw failed("each of the columns \(all) may be the time: they rise by even steps")
        }
        return column
    }

    private func findRate(_ column: Int, _ survey: CSVSurvey) throws(SignalError) -> CSVRate {
        if let failure = survey.failures[column] { throw failure }
        guard layout.numeric.contains(column) else {
            throw failed(
                "the times in column \(quoted(names.label(column))) are not numbers, and dates are "
                    + "not read")
        }
        guard let steps = survey.steps[column], let unit = options.rateFromTime else {
            throw failed("the times in column \(quoted(names.label(column))) do not rise")
        }
        switch CSVRate.find(steps, unit) {
        case .success(let rate): return rate
        case .failure(let failure): throw failed(failure.text, steps.broken?.line)
        }
    }

    /// What is unusual about the time of a file whose rate is told.
    private func remark(_ time: Int, _ survey: CSVSurvey, _ sampleRate: Int) -> String? {
        guard layout.numeric.contains(time) else { return nil }
        let name = quoted(names.label(time))
        guard let steps = survey.steps[time] else {
            return layout.rows.count < 2 || survey.failures[time] != nil
                ? nil : "column \(name) is taken for time, and does not rise"
        }
        if let complaint = steps.complaint {
            return "the time in column \(name) is not even: \(complaint); all rows are embedded as "
                + "one signal"
        }
        let units = CSVRate.units(names.label(time))
        guard steps.isRamp, !CSVRate.isRowNumber(steps),
            !units.contains(where: { CSVRate.allows(sampleRate, steps, $0) })
        else { return nil }
        let unit = units.map(\.rawValue).joined(separator: ", ")
        let step = EvenSteps.shown(steps.mean)
        return "the time in column \(name) goes on by \(step) a row, which is not \(sampleRate) Hz "
            + "in \(unit); it was embedded at \(sampleRate) Hz"
    }

    private func failed(_ text: String, _ line: Int? = nil) -> SignalError {
        content.error(.timestamps(line: line ?? layout.firstLine, text))
    }
}
