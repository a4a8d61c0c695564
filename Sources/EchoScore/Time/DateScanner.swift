/// Finds dates in text, byte by byte: an archive may have tens of millions of names.
///
/// Year first, always: `2024-05-01`, `2024.05.01`, `2024_05_01`, `20240501`. A time of day may follow after
/// `T`, `_`, `-`, `.` or a blank: `12:00`, `12-00-00`, `12.00.00`, `120000`; after `T` also `1200`. And then a
/// zone: `Z`, `+02:00`. Digits right before or after a date make it none.
struct DateScanner {
    private let bytes: [UInt8]

    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    var count: Int { bytes.count }

    /// Every date in the text.
    func all() -> [CivilTime] {
        var found: [CivilTime] = []
        var place = 0
        while place + 8 <= bytes.count {
            if isDigit(place), !isDigit(place - 1) {
                if let (time, end) = date(at: place) {
                    found.append(time)
                    place = end
                    continue
                }
                place += digitCount(at: place)
            } else {
                place += 1
            }
        }
        return found
    }

    /// The date that begins at this byte, and where it ends.
    func date(at start: Int) -> (time: CivilTime, end: Int)? {
        switch digitCount(at: start) {
        case 4:
            guard let separator = byte(start + 4), "-._".utf8.contains(separator),
                digitCount(at: start + 5) == 2, byte(start + 7) == separator,
                digitCount(at: start + 8) == 2
            else { return nil }
            return whole(
                number(start, 4), number(start + 5, 2), number(start + 8, 2), end: start + 10)
        case 8: return whole(compactDate(start), end: start + 8)
        case 12:
            return compactClock(at: start + 8, digits: 4).flatMap { clock in
                whole(compactDate(start), clock: clock, end: start + 12)
            }
        case 14:
            return compactClock(at: start + 8, digits: 6).flatMap { clock in
                whole(compactDate(start), clock: clock, end: start + 14)
            }
        default: return nil
        }
    }

    private func compactDate(_ start: Int) -> (Int, Int, Int) {
        (number(start, 4), number(start + 4, 2), number(start + 6, 2))
    }

    private func whole(_ year: Int, _ month: Int, _ day: Int, end: Int) -> (CivilTime, Int)? {
        whole((year, month, day), end: end)
    }

    private func whole(_ date: (Int, Int, Int), end: Int) -> (CivilTime, Int)? {
        guard let alone = CivilTime(year: date.0, month: date.1, day: date.2) else { return nil }
        guard let clock = clock(after: end) else { return (alone, end) }
        return whole(date, clock: clock.seconds, end: clock.end, isISO: byte(end) == Self.t)
    }

    /// - Parameter isISO: A zone west of UTC has a minus, which elsewhere may come before a counter.
    private func whole(
        _ date: (Int, Int, Int), clock: Double, end: Int, isISO: Bool = false
    ) -> (CivilTime, Int)? {
        let (seconds, end) = withFraction(clock, end)
        let zone = zone(at: end, isISO: isISO)
        guard
            let time = CivilTime(
                year: date.0, month: date.1, day: date.2, secondOfDay: seconds, zone: zone?.seconds)
        else { return nil }
        return (time, zone?.end ?? end)
    }
}

// MARK: Times of day and zones

extension DateScanner {
    private static let t = UInt8(ascii: "T")

    /// A time of day after the byte that follows a date. Four digits may be a counter: only `T` makes them
    /// one, and two digits are always one.
    private func clock(after dateEnd: Int) -> (seconds: Double, end: Int)? {
        guard let lead = byte(dateEnd), "T_-. ".utf8.contains(lead) else { return nil }
        let start = dateEnd + 1
        switch digitCount(at: start) {
        case 6: return compactClock(at: start, digits: 6).map { ($0, start + 6) }
        case 4 where lead == Self.t:
            return compactClock(at: start, digits: 4).map { ($0, start + 4) }
        case 2:
            guard let separator = byte(start + 2), ":-._".utf8.contains(separator),
                digitCount(at: start + 3) == 2
            else { return nil }
            let hasSeconds = byte(start + 5) == separator && digitCount(at: start + 6) == 2
            return Self.clock(
                number(start, 2), number(start + 3, 2), hasSeconds ? number(start + 6, 2) : 0
            ).map { ($0, start + (hasSeconds ? 8 : 5)) }
        default: return nil
        }
    }

    private func compactClock(at start: Int, digits: Int) -> Double? {
        Self.clock(number(start, 2), number(start + 2, 2), digits == 6 ? number(start + 4, 2) : 0)
    }

    private static func clock(_ hour: Int, _ minute: Int, _ second: Int) -> Double? {
        guard hour < 24, minute < 60, second < 60 else { return nil }
        return Double(hour * 3600 + minute * 60 + second)
    }

    /// A fraction of a second, to milliseconds.
    private func withFraction(_ seconds: Double, _ end: Int) -> (Double, Int) {
        let digits = digitCount(at: end + 1)
        guard byte(end) == UInt8(ascii: ".") || byte(end) == UInt8(ascii: ","),
            (1...9).contains(digits)
        else { return (seconds, end) }
        let places = min(digits, 3)
        let milliseconds = number(end + 1, places) * [100, 10, 1][places - 1]
        return (seconds + Double(milliseconds) / 1000, end + 1 + digits)
    }

    private func zone(at start: Int, isISO: Bool) -> (seconds: Int, end: Int)? {
        switch byte(start) {
        case UInt8(ascii: "Z") where !isLetterOrDigit(start + 1): return (0, start + 1)
        case UInt8(ascii: "+"): return offset(at: start + 1)
        case UInt8(ascii: "-"):
            let isWritten = isISO || byte(start + 3) == UInt8(ascii: ":")
            return isWritten ? offset(at: start + 1).map { (-$0.seconds, $0.end) } : nil
        default: return nil
        }
    }

    /// `02:00`, `0200` or `02`.
    private func offset(at start: Int) -> (seconds: Int, end: Int)? {
        let (hours, minutes, end): (Int, Int, Int)
        switch digitCount(at: start) {
        case 2 where byte(start + 2) == UInt8(ascii: ":") && digitCount(at: start + 3) == 2:
            (hours, minutes, end) = (number(start, 2), number(start + 3, 2), start + 5)
        case 2: (hours, minutes, end) = (number(start, 2), 0, start + 2)
        case 4: (hours, minutes, end) = (number(start, 2), number(start + 2, 2), start + 4)
        default: return nil
        }
        return hours < 15 && minutes < 60 ? (hours * 3600 + minutes * 60, end) : nil
    }
}

// MARK: Bytes

extension DateScanner {
    func byte(_ place: Int) -> UInt8? { bytes.indices.contains(place) ? bytes[place] : nil }

    func isDigit(_ place: Int) -> Bool { byte(place).map(Self.isDigit) ?? false }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private func isLetterOrDigit(_ place: Int) -> Bool {
        byte(place).map { Self.isDigit($0) || (0x41...0x5A).contains($0 & 0xDF) } ?? false
    }

    func digitCount(at start: Int) -> Int {
        guard start < bytes.count else { return 0 }
        return bytes[start...].prefix(while: Self.isDigit).count
    }

    /// The number of `count` digits.
    func number(_ start: Int, _ count: Int) -> Int {
        bytes[start..<start + count].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
