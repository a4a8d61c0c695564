import EchoFormats

/// The date in a recording's name.
enum NameTime {
    /// Nil if the name has none.
    ///
    /// - Throws: if one part of the name has several dates that disagree, or only one that could be
    ///   two times.
    static func time(_ id: String) throws(TimeError.Cause) -> CivilTime? {
        let parts = id.pathParts
        for part in parts.reversed() {
            let dates = DateScanner(part).all()
            guard let first = dates.first else {
                // No folder's date stands for it: recordings of a day would all have one time.
                if let readings = CompactHour.readings(in: part) {
                    throw .twoReadings(part, readings)
                }
                continue
            }
            if let other = dates.first(where: { !$0.agrees(with: first) }) {
                throw .severalDates(first.text, other.text)
            }
            return dates.first { $0.secondOfDay != nil } ?? first
        }
        for part in parts.reversed() {
            let readings = DayFirst.readings(part)
            if !readings.isEmpty { throw .yearNotFirst(part, readings) }
        }
        return nil
    }
}

/// Dates that end with the year: is `01.05.2024` in May or in January? Nobody knows, so none is taken.
enum DayFirst {
    /// What the first such date in a text may mean: `2024-05-01 (day first)`.
    static func readings(_ text: String) -> [String] {
        let scanner = DateScanner(text)
        for start in 0..<max(0, scanner.count - 9) {
            guard scanner.digitCount(at: start) == 2, start == 0 || !scanner.isDigit(start - 1),
                let separator = scanner.byte(start + 2), "-._/".utf8.contains(separator),
                scanner.digitCount(at: start + 3) == 2, scanner.byte(start + 5) == separator,
                scanner.digitCount(at: start + 6) == 4
            else { continue }
            let (first, second) = (scanner.number(start, 2), scanner.number(start + 3, 2))
            let year = scanner.number(start + 6, 4)
            let readings = [
                (CivilTime(year: year, month: second, day: first), "day first"),
                (CivilTime(year: year, month: first, day: second), "month first"),
            ].compactMap { time, order in time.map { "\($0.text) (\(order))" } }
            if !readings.isEmpty { return readings }
        }
        return []
    }
}
