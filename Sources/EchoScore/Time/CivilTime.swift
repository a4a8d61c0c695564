import EchoFormats

/// A date, perhaps with a time of day and a zone, of the Gregorian calendar.
package struct CivilTime: Hashable, Sendable {
    package let year, month, day: Int
    /// Seconds since midnight, 0 up to 86,400; nil if a date is all that is known.
    package let secondOfDay: Double?
    /// Seconds that the zone's clocks are ahead of UTC; nil if no zone is named.
    package let zone: Int?

    /// Nil if the calendar has no such day, or the day no such second.
    package init?(
        year: Int, month: Int, day: Int, secondOfDay: Double? = nil, zone: Int? = nil
    ) {
        guard Self.years.contains(year), (1...12).contains(month),
            (1...Self.dayCount(year, month)).contains(day),
            secondOfDay.map({ (0..<86_400).contains($0) }) ?? true
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.secondOfDay, self.zone) = (secondOfDay, zone)
    }

    /// Years of recordings: what lies outside is a number and no year.
    package static let years = 1900...2199

    /// Seconds since 1970-01-01T00:00:00Z. A date alone is its midnight; without a zone it is UTC.
    package var seconds: Double {
        Double(Self.dayNumber(year, month, day) * 86_400 - (zone ?? 0)) + (secondOfDay ?? 0)
    }

    /// Whether both can be the same moment: of one day, and of one second where both name it.
    package func agrees(with other: CivilTime) -> Bool {
        if secondOfDay == nil || other.secondOfDay == nil {
            return (year, month, day) == (other.year, other.month, other.day)
        }
        return seconds == other.seconds
    }

    /// ISO 8601, as much as is known: `2024-05-01`, `2024-05-01T12:00:00+02:00`.
    package var text: String {
        var text = Self.padded(year, 4) + "-" + Self.padded(month) + "-" + Self.padded(day)
        if let secondOfDay { text += "T" + Self.clock(secondOfDay) }
        guard let zone, secondOfDay != nil else { return text }
        if zone == 0 { return text + "Z" }
        let minutes = abs(zone) / 60
        return text + (zone < 0 ? "-" : "+") + Self.padded(minutes / 60) + ":"
            + Self.padded(minutes % 60)
    }
}

// MARK: From and to seconds

extension CivilTime {
    /// Seconds since 1970 as ISO 8601 in UTC: `2024-05-01T12:00:00Z`, with milliseconds if there are some.
    ///
    /// - Parameter seconds: Of the years 1 to 9999.
    package static func text(_ seconds: Double) -> String {
        let milliseconds = (seconds * 1000).rounded()
        let days = (milliseconds / 86_400_000).rounded(.down)
        let (year, month, day) = date(ofDay: Int(days))
        return padded(year, 4) + "-" + padded(month) + "-" + padded(day) + "T"
            + clock((milliseconds - days * 86_400_000) / 1000) + "Z"
    }

    /// The day alone: `2024-05-01`.
    package static func dayText(_ seconds: Double) -> String { String(text(seconds).prefix(10)) }

    private static func clock(_ secondOfDay: Double) -> String {
        let milliseconds = Int((secondOfDay * 1000).rounded())
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return padded(seconds / 3600) + ":" + padded(seconds / 60 % 60) + ":" + padded(seconds % 60)
            + (rest == 0 ? "" : "." + padded(rest, 3))
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func dayCount(_ year: Int, _ month: Int) -> Int {
        let isLeap =
            year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days from 1970-01-01. Years begin in March here, so that a leap day is the last of its year; of
    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }

    private static func date(ofDay number: Int) -> (year: Int, month: Int, day: Int) {
        let day = number + 719_468
        let era = (day >= 0 ? day : day - 146_096) / 146_097
        let dayOfEra = day - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shifted + 2) / 5 + 1
        )
    }
}
