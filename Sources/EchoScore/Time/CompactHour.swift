/// `2024050112`: noon of a day, and a Unix time as well. Nobody knows, so neither is taken.
enum CompactHour {
    /// What a text of ten digits means as both; nil if it is not both.
    static func readings(_ text: String) -> [String]? {
        let scanner = DateScanner(text)
        return scanner.count == 10 ? readings(scanner, at: 0) : nil
    }

    /// Likewise of the first such digits within a text.
    static func readings(in text: String) -> [String]? {
        let scanner = DateScanner(text)
        for start in 0..<max(0, scanner.count - 9) where !scanner.isDigit(start - 1) {
            if let readings = readings(scanner, at: start) { return readings }
        }
        return nil
    }

    private static func readings(_ scanner: DateScanner, at start: Int) -> [String]? {
        guard scanner.digitCount(at: start) == 10, scanner.number(start + 8, 2) < 24,
            let date = CivilTime(
                year: scanner.number(start, 4), month: scanner.number(start + 4, 2),
                day: scanner.number(start + 6, 2),
                secondOfDay: Double(scanner.number(start + 8, 2) * 3600)),
            let unix = FieldTime.unixTime("\(scanner.number(start, 10))")
        else { return nil }
        return ["\(date.text) (a date)", "\(CivilTime.text(unix)) (Unix time)"]
    }
}
