/// Manifests of one shard that were lost: numbers that follow each other, before its last one, and that
/// ``Compaction`` did not take away.
package struct LostManifests: Hashable, Sendable {
    package let shard: Shard
    package let numbers: Range<Int>
    /// Whether tables of them are still there; then it is one number. A run removes them, and embeds what no
    /// manifest has.
    package let hasTables: Bool

    /// The part of the first number.
    package var first: PartName { PartName(shard: shard, number: numbers.lowerBound) }

    /// `manifest-000001.jsonl is missing`.
    package var sentence: String {
        let last = PartName(shard: shard, number: numbers.upperBound - 1).manifest
        return numbers.count == 1
            ? "\(first.manifest) is missing" : "\(first.manifest) to \(last) are missing"
    }
}

extension PartFolder {
    /// The manifests that were lost, in order of shard and number.
    package var lostManifests: [LostManifests] {
        let shards = Set(parts.map(\.shard)).sorted {
            ($0.count, $0.index) < ($1.count, $1.index)
        }
        guard shards.contains(where: { !missingNumbers(of: $0).isEmpty }) else { return [] }
        let tables = Set(unfinished.compactMap { PartName(table: $0) })
        return shards.flatMap { shard in
            let numbers = tables.lazy.filter { $0.shard == shard }.map(\.number).sorted()
            return missingNumbers(of: shard).flatMap { range in
                Self.split(range, at: numbers.filter(range.contains), of: shard)
            }
        }
    }

    /// - Parameter numbers: Those with tables, in order: each is a piece of its own.
    private static func split(
        _ range: Range<Int>, at numbers: [Int], of shard: Shard
    ) -> [LostManifests] {
        var pieces: [LostManifests] = []
        var start = range.lowerBound
        func add(_ numbers: Range<Int>, hasTables: Bool) {
            guard !numbers.isEmpty else { return }
            pieces.append(LostManifests(shard: shard, numbers: numbers, hasTables: hasTables))
        }
        for number in numbers {
            add(start..<number, hasTables: false)
            add(number..<number + 1, hasTables: true)
            start = number + 1
        }
        add(start..<range.upperBound, hasTables: false)
        return pieces
    }
}
