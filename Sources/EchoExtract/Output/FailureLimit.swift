import EchoFormats

/// How many recordings may fail in a run before it stops: where all of a mount is damaged, or the wrong
/// folder was given, hours need not pass until somebody looks.
public enum FailureLimit: Hashable, Sendable {
    /// So many recordings.
    case count(Int)
    /// So many of a hundred that are through, once ``leastFinishedCount`` are: of the first few it says little.
    case percent(Double)

    /// Recordings that are to be through before a percentage counts.
    public static let leastFinishedCount = 100

    /// Reads `20` or `5%`; nil if it is neither, or not within 0 to 100 per cent.
    public init?(_ text: String) {
        if text.hasSuffix("%") {
            let digits = text.dropLast()
            // As people write it: neither "inf", "0x1p3" nor a blank.
            let isPlain = digits.utf8.allSatisfy { (0x30..<0x3A).contains($0) || $0 == 0x2E }
            guard !digits.isEmpty, isPlain, let share = Double(digits), (0...100).contains(share)
            else { return nil }
            self = .percent(share)
        } else {
            guard let count = Int(text), count >= 0, text.first != "+" else { return nil }
            self = .count(count)
        }
    }

    /// True if more failed than may.
    func isExceeded(by finished: FinishedRecordings) -> Bool {
        switch self {
        case .count(let limit): finished.failedCount > limit
        case .percent(let limit):
            finished.count >= Self.leastFinishedCount
                && 100 * Double(finished.failedCount) > limit * Double(finished.count)
        }
    }
}

extension FailureLimit: CustomStringConvertible {
    /// As it is given: `20`, `5%`.
    public var description: String {
        switch self {
        case .count(let count): "\(count)"
        case .percent(let share): share.formatted(significantDigits: 6) + "%"
        }
    }
}
