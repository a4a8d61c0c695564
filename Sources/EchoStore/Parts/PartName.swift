/// What the files of one part are called.
///
/// `utterance-192-000007.npy`, `segment-192-000007.npy` and `manifest-000007.jsonl`; of a shard
/// `utterance-192-3of8-000007.npy` and so on.
package struct PartName: Hashable, Sendable {
    package let shard: Shard
    /// Number of the part within its shard, from 0.
    package let number: Int

    /// More parts than any folder has: one more is a number still.
    static let largestNumber = 1_000_000_000_000

    package init(shard: Shard, number: Int) {
        (self.shard, self.number) = (shard, number)
    }

    /// Commits the part when it appears.
    package var manifest: String { "manifest-\(stem).jsonl" }

    package func table(
        _ level: EmbeddingFiles.Level, width: Int, format: ArrayFormat
    ) -> String {
        "\(level.rawValue)-\(width)-\(stem).\(format.rawValue)"
    }

    /// The part whose manifest has this name; nil for other names.
    package init?(manifest name: String) {
        guard name.hasPrefix("manifest-"), name.hasSuffix(".jsonl") else { return nil }
        self.init(stem: name.dropFirst("manifest-".count).dropLast(".jsonl".count))
    }

    /// The part whose table has this name; nil for other names.
    package init?(table name: String) {
        guard let dot = name.lastIndex(of: "."),
            ArrayFormat(rawValue: String(name[name.index(after: dot)...])) != nil
        else { return nil }
        let words = name[..<dot].split(
            separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, EmbeddingFiles.Level(rawValue: String(words[0])) != nil,
            Int(words[1]) != nil
        else { return nil }
        self.init(stem: words[2])
    }

    private init?(stem: Substring) {
        let words = stem.split(separator: "-", omittingEmptySubsequences: false)
        guard let digits = words.last, digits.count >= 6, let number = Int(digits), number >= 0
        else { return nil }
        switch words.count {
        case 1: self.init(shard: .whole, number: number)
        case 2:
            guard let shard = Shard(label: words[0]) else { return nil }
            self.init(shard: shard, number: number)
        default: return nil
        }
        guard self.stem == stem else { return nil }
    }

    private var stem: String {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        return shard.count == 1 ? padded : "\(shard.label)-\(padded)"
    }
}
