import EchoFormats

/// The columns of a manifest that mean something; all others are carried through.
enum ColumnName: String, CaseIterable {
    case path, id
    case sampleRate = "sample_rate"
    case channel, channels, start, end
    case matKey = "mat_key"
    case csvColumns = "csv_columns"
    case raw
    case csvTime = "csv_time"
    case csvRate = "csv_rate"
    case csvDelimiter = "csv_delimiter"
    case csvDecimal = "csv_decimal"
    case csvSkip = "csv_skip"
    case matRate = "mat_rate"
    case npzKey = "npz_key"
    case npzRate = "npz_rate"
    case tdmsKey = "tdms_key"
    case timeAxis = "time_axis"
    case integerScale = "integer_scale"

    /// What people call them elsewhere, in the form of ``plain(_:)``.
    private static let aliases: [String: ColumnName] = [
        "rate": .sampleRate, "hz": .sampleRate, "fs": .sampleRate, "sr": .sampleRate,
        "samplingrate": .sampleRate, "samplingfrequency": .sampleRate,
        "samplefrequency": .sampleRate, "samplefreq": .sampleRate, "sampleratehz": .sampleRate,
        "ch": .channel, "chan": .channel, "chn": .channel,
        "begin": .start, "onset": .start, "offset": .start, "starttime": .start,
        "startseconds": .start, "tstart": .start,
        "stop": .end, "finish": .end, "endtime": .end, "until": .end,
        "endseconds": .end, "tend": .end,
        "file": .path, "filename": .path, "filepath": .path, "wav": .path, "audio": .path,
        "recording": .path,
        "matvariable": .matKey, "varname": .matKey,
        "columns": .csvColumns, "rawformat": .raw,
    ]

    /// Options of a run that no column sets.
    static let optionsOfRuns: Set<String> = [
        "ffmpeg", "resample", "text",
    ]

    /// Whether it says how one input is read, as the option of that name does, and nothing else: members of
    /// KEY.json so called are taken too.
    var isOption: Bool {
        switch self {
        case .path, .id, .sampleRate, .channel, .channels, .start, .end: false
        case .matKey, .csvColumns, .raw, .csvTime, .csvRate, .csvDelimiter, .csvDecimal, .csvSkip,
            .matRate, .npzKey, .npzRate, .tdmsKey, .timeAxis, .integerScale:
            true
        }
    }

    /// The column that one of another name may have been meant to be: one that people call so, or one that is
    /// hardly written otherwise; nil if it is far from all of them.
    static func meant(by column: String) -> ColumnName? {
        guard column.utf8.count <= 40, ColumnName(rawValue: column) == nil else { return nil }
        let name = plain(column)
        if let same = allCases.first(where: { plain($0.rawValue) == name }) { return same }
        if let alias = aliases[name] { return alias }
        return allCases.first { known in
            let other = plain(known.rawValue)
            guard other.utf8.count >= 5 else { return false }
            return Spelling.distance(Array(name.utf8), Array(other.utf8))
                <= (other.utf8.count >= 8 ? 2 : 1)
        }
    }

    /// Without case, and without what stands between words.
    private static func plain(_ name: String) -> String {
        String(decoding: name.utf8.filter { !" _-.".utf8.contains($0) }, as: UTF8.self).lowercased()
    }
}

/// What is unusual about the columns of lists, and about the members of KEY.json in archives: each name once,
/// however many lists have it.
package struct ColumnWarnings: Hashable, Sendable {
    private struct Warning: Hashable {
        let subject: String
        let text: String
    }

    private var warnings: [Warning] = []
    /// Names that have been looked at: rows repeat them.
    private var seen: Set<String> = []
    private static let seenLimit = 10_000

    /// A sentence each.
    package var texts: [String] { warnings.map(\.text) }

    /// Warns of a column that is carried through, where it may have been meant for more.
    mutating func add(_ column: String, place: String) {
        guard seen.count < Self.seenLimit, seen.insert(column).inserted else { return }
        if ColumnName.optionsOfRuns.contains(column) {
            let option = column.replacing("_", with: "-")
            let text =
                "\(place): the column \(column) is carried through and changes nothing: --\(option) is "
                + "said of a whole run, not of one recording."
            return warnings.append(Warning(subject: column, text: text))
        }
        guard let meant = ColumnName.meant(by: column), meant != .path
        else { return }
        let text =
            "\(place): the column \(quoted(column)) is carried through and changes nothing. If it is "
            + "meant as \(meant.rawValue), call it so."
        warnings.append(Warning(subject: column, text: text))
    }

    /// Warns of a number in a manifest's `channels`, which chooses one.
    mutating func addChosenChannel(_ number: Int, place: String) {
        addOnce(
            "a number in a list",
            "\(place): the column channels chooses channel \(number), counted from 0. If it says how "
                + "many there are, rename it.")
    }

    /// Warns of `channels` in a KEY.json that chooses none.
    mutating func addCount(_ value: String, place: String) {
        addOnce(
            "a number in an archive",
            "\(place): channels is \(value) in a KEY.json, which is carried through and chooses none; "
                + "text such as \"first\" or \"0\" does.")
    }

    private mutating func addOnce(_ subject: String, _ text: String) {
        guard seen.insert(subject).inserted else { return }
        warnings.append(Warning(subject: subject, text: text))
    }

    /// Adds those of another list or archive that are not here yet.
    mutating func add(_ other: ColumnWarnings) {
        for warning in other.warnings { addOnce(warning.subject, warning.text) }
    }
}
