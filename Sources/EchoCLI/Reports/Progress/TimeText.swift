/// Spans of time as a clock shows them.
enum TimeText {
    /// `0:07`, `12:04`, `3:05:09`, `2 d 03:05`.
    static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let all = Int(max(0, seconds))
        let (days, hours, minutes) = (all / 86_400, all / 3600 % 24, all / 60 % 60)
        if days > 0 { return "\(days) d \(digits(hours)):\(digits(minutes))" }
        if hours > 0 { return "\(hours):\(digits(minutes)):\(digits(all % 60))" }
        return "\(minutes):\(digits(all % 60))"
    }

    static func clock(_ time: Duration) -> String { clock(time / .seconds(1)) }

    private static func digits(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
}
