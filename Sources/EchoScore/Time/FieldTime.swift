import EchoFormats
import Glibc

/// A time as a field has it.
enum FieldTime {
    /// Numbers are Unix times of these years; others are some count, and no time.
    static let numberYears = 1990...2099

    /// Seconds since 1970, and whether the text says in which zone.
    ///
    /// ISO 8601 with or without zone, a date alone, what ``DateScanner`` reads besides, and Unix times in
    /// seconds, milli-, micro- or nanoseconds, which no year of ``numberYears`` lets be confused.
    ///
    /// - Throws: if it is no time, or could be two; with both.
    static func seconds(_ text: String) throws(TimeError.Cause) -> (Double, hasZone: Bool) {
        let trimmed = text.trimmed
        let date = date(trimmed)
        let unix = unixTime(trimmed)
        if let readings = CompactHour.readings(trimmed) { throw .twoReadings(text, readings) }
        switch (date, unix) {
        case (let date?, let unix?):
            throw .twoReadings(
                text, ["\(date.text) (a date)", "\(CivilTime.text(unix)) (Unix time)"])
        case (let date?, nil): return (date.seconds, date.zone != nil)
        case (nil, let unix?): return (unix, true)
        case (nil, nil):
            let readings = DayFirst.readings(trimmed)
            throw readings.isEmpty ? .notATime(text) : .yearNotFirst(text, readings)
        }
    }

    /// A date that is the whole text.
    static func date(_ text: String) -> CivilTime? {
        let scanner = DateScanner(text)
        guard let (time, end) = scanner.date(at: 0), end == scanner.count else { return nil }
        return time
    }

    /// Seconds since 1970; nil if the text is no number, or one of no year of ``numberYears``.
    static func unixTime(_ text: String) -> Double? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
            let number = Double(text)
        else { return nil }
        for unit in [1.0, 1e3, 1e6, 1e9] {
            let seconds = number / unit
            if numberRange.contains(seconds) { return seconds }
        }
        return nil
    }

    /// 1990-01-01 up to 2100-01-01.
    private static let numberRange: Range<Double> = 631_152_000..<4_102_444_800
}
