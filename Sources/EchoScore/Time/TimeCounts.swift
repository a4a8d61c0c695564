import EchoFormats

/// Of how many recordings what told the time: nothing is mixed in silence.
package struct TimeCounts: Hashable, Sendable {
    /// Recordings by what told their time.
    package private(set) var counts: [RecordingTime.Source: Int] = [:]
    /// Recordings of which nobody knows it.
    package private(set) var unknownCount = 0
    /// Of the texts those that name no zone, which are read as UTC.
    package private(set) var withoutZoneCount = 0
    /// Recordings whose name says two times, and what is wrong with the first.
    package private(set) var ambiguousCount = 0
    package private(set) var firstAmbiguous: TimeError?

    package init() {}

    package mutating func add(_ time: RecordingTime?) {
        guard let time else {
            unknownCount += 1
            return
        }
        counts[time.source, default: 0] += 1
        if !time.hasZone { withoutZoneCount += 1 }
    }

    /// A recording that goes without a time because its name says two.
    package mutating func add(_ error: TimeError) {
        ambiguousCount += 1
        firstAmbiguous = firstAmbiguous ?? error
    }

    /// As `metrics.json` has them; nil if no recording has a time.
    package var members: [String: Int]? {
        guard !counts.isEmpty else { return nil }
        var members = Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
        if unknownCount + ambiguousCount > 0 { members["unknown"] = unknownCount + ambiguousCount }
        if withoutZoneCount > 0 { members["without_zone"] = withoutZoneCount }
        return members
    }

    /// Whether no recording has a time but its file's.
    package var isOfFilesAlone: Bool { counts.keys.elementsEqual([.modified]) }

    /// What told the times, in a sentence; nil if no recording has one.
    package var sentence: String? {
        let parts = RecordingTime.Source.allCases.compactMap { source in
            counts[source].map { "\($0) \(source.inWords)" }
        }
        guard !parts.isEmpty else { return nil }
        let unknown = unknownCount > 0 ? ["\(unknownCount) not known"] : []
        let zone =
            withoutZoneCount == 0
            ? "" : " (\(withoutZoneCount) without a zone, read as UTC)"
        return "Times of recordings: " + (parts + unknown).joined(separator: ", ") + zone + "."
    }

    /// What whoever compares times should know.
    package var warnings: [String] {
        var warnings: [String] = []
        if counts.count > 1, let sentence {
            warnings.append(
                "\(sentence) Times of different kinds may not be in order; give all by --time.")
        }
        if let firstAmbiguous {
            warnings.append(
                "\(ambiguousCount.counted("recording")) without a time, the first of them because: "
                    + "\(firstAmbiguous)")
        }
        return warnings
    }
}

extension RecordingTime.Source {
    package var inWords: String {
        switch self {
        case .field: "from a field"
        case .name: "from the date in the name"
        case .modified: "from when the file was changed"
        }
    }
}
