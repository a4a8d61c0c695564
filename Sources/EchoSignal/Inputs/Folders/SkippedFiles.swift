import EchoFormats

/// What a search of folders, archives and lists left out, counted: what nobody asked for by name must be
/// mentioned, or a data set may be half embedded unnoticed.
package struct SkippedFiles: Hashable, Sendable {
    /// Files of one ending.
    package struct Kind: Hashable, Sendable, Codable {
        /// With its dot, in lower case; ``noEnding`` if there is none, or a number.
        package let ending: String
        package let count: Int
        /// What would take them; nil if they seem to be no signals.
        package let remedy: String?
    }

    /// Stands for names without a dot, and with a number after it, as names that are times have.
    package static let noEnding = "no ending"
    /// Endings that are told apart: a folder may have as many as files.
    private static let endingLimit = 1000
    /// Bytes of an ending.
    private static let lengthLimit = 12

    private var counts: [String: Int] = [:]
    /// Files whose endings were too many to tell apart.
    private var otherCount = 0
    /// Files and folders whose names begin with a dot, and what macOS puts beside files in archives.
    package private(set) var hiddenCount = 0
    /// Special files (pipes, devices, sockets), whatever their names are: none of them can be read twice.
    package private(set) var specialCount = 0
    /// Our own outputs: files, and folders that were not searched.
    package private(set) var ownFileCount = 0
    package private(set) var ownFolders: [String] = []
    package private(set) var ownFolderCount = 0
    /// Inputs that were named again, with the same settings.
    package private(set) var repeatedCount = 0

    package init() {}

    /// Files that are no recordings by their endings.
    package var count: Int { counts.values.reduce(otherCount, +) }

    /// Every ending, first those of files that something would take, the most frequent first.
    package var kinds: [Kind] {
        let kinds = counts.map {
            Kind(ending: $0.key, count: $0.value, remedy: EndingRemedies.remedy($0.key))
        }
        return kinds.sorted { first, second in
            let ranks = [first, second].map { ($0.remedy == nil ? 1 : 0, -$0.count, $0.ending) }
            return ranks[0] < ranks[1]
        }
    }

    /// Counts a file that is no recording by its ending.
    mutating func add(_ name: String) {
        let ending = Self.ending(name)
        if counts[ending] == nil, counts.count == Self.endingLimit {
            otherCount += 1
        } else {
            counts[ending, default: 0] += 1
        }
    }

    mutating func addSpecial() { specialCount += 1 }

    mutating func addHidden(_ count: Int = 1) { hiddenCount += count }

    /// Counts a file that an earlier run wrote, or this one.
    mutating func addOwnFile() { ownFileCount += 1 }

    /// Counts a folder that an earlier run wrote into, or this one.
    mutating func addOwnFolder(_ path: String) {
        ownFolderCount += 1
        if ownFolders.count < 3 { ownFolders.append(path) }
    }

    mutating func addRepeated() { repeatedCount += 1 }

    mutating func add(_ other: SkippedFiles) {
        for (ending, count) in other.counts {
            if counts[ending] == nil, counts.count == Self.endingLimit {
                otherCount += count
            } else {
                counts[ending, default: 0] += count
            }
        }
        otherCount += other.otherCount
        hiddenCount += other.hiddenCount
        specialCount += other.specialCount
        ownFileCount += other.ownFileCount
        ownFolderCount += other.ownFolderCount
        ownFolders += other.ownFolders.prefix(3 - ownFolders.count)
        repeatedCount += other.repeatedCount
    }

    private static func ending(_ name: String) -> String {
        guard let ending = name.ending, (1...lengthLimit).contains(ending.utf8.count),
            !ending.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return noEnding }
        return "." + ending
    }
}

// MARK: In words

extension SkippedFiles {
    /// A sentence for each ending that something would take, one for the rest, and one for each other reason
    /// to leave something out; none if nothing was.
    package var sentences: [String] {
        let kinds = kinds
        var lines = kinds.filter { $0.remedy != nil }.map { kind in
            "Skipped \(kind.counted): \(kind.remedy ?? "")."
        }
        let others = kinds.filter { $0.remedy == nil }
        let otherCount = others.reduce(otherCount) { $0 + $1.count }
        if otherCount > 0 {
            var texts = others.prefix(5).map { "\($0.count) \($0.ending)" }
            if others.count > texts.count || self.otherCount > 0 { texts.append("...") }
            lines.append(
                "Skipped \(Self.counted(otherCount, "other")) (\(texts.joined(separator: ", "))).")
        }
        if specialCount > 0 {
            let what = specialCount == 1 ? "pipe, device or socket" : "pipes, devices or sockets"
            lines.append(
                "Skipped \(specialCount) \(what): save as files what they give.")
        }
        if hiddenCount > 0 {
            lines.append(
                "Skipped \(hiddenCount) hidden (their names begin with a dot, or are macOS's).")
        }
        if ownFolderCount > 0 {
            let more = ownFolderCount > ownFolders.count ? ", ..." : ""
            lines.append(
                "Skipped \(Self.counted(ownFolderCount, "output", "folder")) of echo-gpu "
                    + "(\(ownFolders.joined(separator: ", "))\(more)): name one as an input to search it "
                    + "for recordings.")
        }
        if ownFileCount > 0 {
            lines.append(
                "Skipped \(Self.counted(ownFileCount, "output")) of echo-gpu: an output is no input."
            )
        }
        if repeatedCount > 0 {
            let verb = repeatedCount == 1 ? "was" : "were"
            lines.append(
                "\(repeatedCount.counted("input")) \(verb) named more than once, and count"
                    + "\(repeatedCount == 1 ? "s" : "") once.")
        }
        return lines
    }

    private static func counted(_ count: Int, _ what: String, _ noun: String = "file") -> String {
        "\(count) \(what) \(noun)" + (count == 1 ? "" : "s")
    }
}

extension SkippedFiles.Kind {
    /// `3 .mat files`.
    fileprivate var counted: String {
        let files = count == 1 ? "file" : "files"
        return ending == SkippedFiles.noEnding
            ? "\(count) \(files) without an ending" : "\(count) \(ending) \(files)"
    }
}

extension SkippedFiles: Encodable {
    private enum CodingKeys: String, CodingKey {
        case count, endings, specialCount, hiddenCount, ownFileCount, ownFolderCount, ownFolders,
            repeatedCount
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(count, forKey: .count)
        try container.encode(kinds, forKey: .endings)
        try container.encode(specialCount, forKey: .specialCount)
        try container.encode(hiddenCount, forKey: .hiddenCount)
        try container.encode(ownFileCount, forKey: .ownFileCount)
        try container.encode(ownFolderCount, forKey: .ownFolderCount)
        try container.encode(ownFolders, forKey: .ownFolders)
        try container.encode(repeatedCount, forKey: .repeatedCount)
    }
}
