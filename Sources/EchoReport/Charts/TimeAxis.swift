import Glibc

/// Round times, in UTC.
package enum TimeAxis {
    package struct Tick {
        /// Seconds since 1970.
        package let time: Double
        package let text: String
    }

    private static let day = 86_400
    /// Seconds, up to weeks.
    private static let steps = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, day,
        2 * day, 7 * day, 14 * day,
    ]
    private static let monthSteps = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200]

    /// At most `limit` ticks, at the beginning of seconds, hours, days, months or years.
    package static func ticks(in range: ClosedRange<Double>, limit: Int = 5) -> [Tick] {
        let length = range.upperBound - range.lowerBound
        guard length > 0, length < 1e11 else {
            return [Tick(time: range.lowerBound, text: TimeText.minute(range.lowerBound))]
        }
        for step in steps where length / Double(step) < Double(limit) {
            return secondTicks(range, step)
        }
        for step in monthSteps {
            let ticks = monthTicks(range, step)
            if ticks.count <= limit { return ticks }
        }
        return []
    }

    private static func secondTicks(_ range: ClosedRange<Double>, _ step: Int) -> [Tick] {
        let first = Int((range.lowerBound / Double(step)).rounded(.up))
        let last = Int((range.upperBound / Double(step)).rounded(.down))
        guard first <= last else { return [] }
        let isOneDay = Int(range.lowerBound) / day == Int(range.upperBound) / day
        return (first...last).map { number in
            let time = Double(number * step)
            let text =
                switch step {
                case day...: TimeText.day(time)
                case 60...: isOneDay ? TimeText.clock(time) : TimeText.dayAndClock(time)
                default: TimeText.clockWithSeconds(time)
                }
            return Tick(time: time, text: text)
        }
    }

    private static func monthTicks(_ range: ClosedRange<Double>, _ step: Int) -> [Tick] {
        var month = TimeText.calendar(range.lowerBound)
        (month.tm_mday, month.tm_hour, month.tm_min, month.tm_sec) = (1, 0, 0, 0)
        var ticks: [Tick] = []
        let count = Int(month.tm_year) * 12 + Int(month.tm_mon)
        var number = (count + step - 1) / step * step
        while true {
            month.tm_year = Int32(number / 12)
            month.tm_mon = Int32(number % 12)
            let time = Double(timegm(&month))
            if time > range.upperBound { return ticks }
            if time >= range.lowerBound {
                let text = TimeText.day(time)
                ticks.append(Tick(time: time, text: String(text.prefix(step < 12 ? 7 : 4))))
            }
            number += step
        }
    }
}

/// Times as text, in UTC.
enum TimeText {
    /// `2024-05-12 08:30`.
    static func minute(_ time: Double) -> String { day(time) + " " + clock(time) }
    /// `2024-05-12`.
    static func day(_ time: Double) -> String { text(time, "%Y-%m-%d") }
    /// `08:30`.
    static func clock(_ time: Double) -> String { text(time, "%H:%M") }
    /// `08:30:05`.
    static func clockWithSeconds(_ time: Double) -> String { text(time, "%H:%M:%S") }
    /// `05-12 08:30`.
    static func dayAndClock(_ time: Double) -> String { text(time, "%m-%d %H:%M") }

    static func calendar(_ time: Double) -> tm {
        // Years of four digits: what lies outside is no time of a recording.
        var seconds = Int(min(max(time, -62_135_596_800), 253_402_300_799).rounded(.down))
        var result = tm()
        gmtime_r(&seconds, &result)
        return result
    }

    private static func text(_ time: Double, _ format: String) -> String {
        var calendar = calendar(time)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            let count = strftime(start, buffer.count, format, &calendar)
            return count > 0 ? String(cString: start) : ""
        }
    }
}
