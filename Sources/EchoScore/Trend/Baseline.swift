import EchoFormats

/// Which recordings of each sensor are the time before: what `--baseline` names.
package enum Baseline: Hashable, Sendable {
    /// The first so many of each sensor.
    case first(Int)
    /// Those of so many seconds from each sensor's first recording on.
    case duration(Double)
    /// Those from one moment on (nil: the first) and before another, seconds since 1970.
    case range(from: Double?, before: Double)

    /// Recordings that a baseline may count.
    package static let counts = minimumCount...1_000_000
    /// Fewer say nothing of how scores vary.
    package static let minimumCount = 5
    /// Recordings that a baseline takes where k neighbours make a score: each has to have k others.
    package static func leastCount(k: Int) -> Int { max(minimumCount, k + 1) }

    /// Fewer make false alarms likelier: their spread is known to a third only.
    package static let advisedCount = 20

    /// Reads `20`, `7d`, `36h`, `2w` or `2024-01-01..2024-01-14`, of which the last day is part.
    ///
    /// - Throws: ``BaselineError`` if it is none of these, or could be two.
    package init(_ text: String) throws(BaselineError) {
        let parts = text.components(separatedBy: "..")
        switch parts.count {
        case 1: self = try Self.length(text)
        case 2: self = try Self.range(text, parts[0], parts[1])
        default: throw BaselineError(text, "it has several ranges")
        }
    }

    /// Whether recordings need a time for it.
    package var needsTimes: Bool {
        if case .first = self { false } else { true }
    }

    /// As it can be given, except for a range's ends, which are moments.
    package var text: String {
        switch self {
        case .first(let count): "\(count)"
        case .duration(let seconds): (seconds / 60).formatted(significantDigits: 12) + "min"
        case .range(let from, let before):
            (from.map { CivilTime.text($0) } ?? "") + ".." + CivilTime.text(before)
        }
    }

    private static func length(_ text: String) throws(BaselineError) -> Baseline {
        if let date = FieldTime.date(text) {
            throw BaselineError(
                text, "it is the date \(date.text); a range of dates has two dots: ..\(date.text)")
        }
        if let count = Int(text) {
            guard counts.contains(count) else {
                throw BaselineError(text, "a count is \(counts.inWords) recordings")
            }
            return .first(count)
        }
        let units = ["min": 60.0, "h": 3600, "d": 86_400, "w": 604_800]
        guard let (unit, seconds) = units.first(where: { text.endsInBytes(of: $0.key) }),
            let number = Double(text.droppingLastBytes(unit.utf8.count)), number > 0,
            number * seconds < 1e10
        else { throw BaselineError(text, "it is not a count, duration or range") }
        return .duration(number * seconds)
    }

    private static func range(
        _ text: String, _ start: String, _ end: String
    ) throws(BaselineError) -> Baseline {
        guard !end.isEmpty else {
            throw BaselineError(text, "a range without an end leaves nothing to score")
        }
        guard let last = FieldTime.date(end) else {
            throw BaselineError(text, "\"\(shown(end))\" is not a date")
        }
        // A date alone is its whole day.
        let before = last.seconds + (last.secondOfDay == nil ? 86_400 : 0)
        if start.isEmpty { return .range(from: nil, before: before) }
        guard let first = FieldTime.date(start) else {
            throw BaselineError(text, "\"\(shown(start))\" is not a date")
        }
        guard first.seconds < before else { throw BaselineError(text, "it ends before it begins") }
        return .range(from: first.seconds, before: before)
    }
}

/// What is wrong about a `--baseline`.
package struct BaselineError: Error, Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package let reason: String

    init(_ text: String, _ reason: String) { (self.text, self.reason) = (text, reason) }

    package var description: String {
        "--baseline \(shown(text)): \(reason). Give a number of recordings (20), a time from the first "
            + "on (7d, 36h, 2w), or dates (2024-01-01..2024-01-14)."
    }
}

extension String {
    /// The pieces between a separator.
    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}

// MARK: Which recordings

extension Baseline {
    /// A sensor's recordings, which come in the order of time, in three parts.
    package struct Division: Hashable, Sendable {
        /// Earlier than the baseline: neither in the bank nor scored.
        package let before: Range<Int>
        package let baseline: Range<Int>
        package let later: Range<Int>

        package init(before: Range<Int>, baseline: Range<Int>, later: Range<Int>) {
            (self.before, self.baseline, self.later) = (before, baseline, later)
        }
    }

    /// Parts a sensor's recordings.
    ///
    /// - Parameter times: Seconds since 1970, ascending; nil if the recordings are in order but have no times.
    package func division(_ times: [Double?]) -> Division {
        let count = times.count
        let (start, end): (Int, Int)
        switch self {
        case .first(let wanted): (start, end) = (0, min(wanted, count))
        case .duration(let seconds):
            let first = times.first.flatMap { $0 } ?? 0
            (start, end) = (0, Self.firstIndex(times, from: first + seconds))
        case .range(let from, let before):
            (start, end) = (
                from.map { Self.firstIndex(times, from: $0) } ?? 0,
                Self.firstIndex(times, from: before)
            )
        }
        return Division(before: 0..<start, baseline: start..<end, later: end..<count)
    }

    private static func firstIndex(_ times: [Double?], from seconds: Double) -> Int {
        times.firstIndex { ($0 ?? -.infinity) >= seconds } ?? times.count
    }
}
