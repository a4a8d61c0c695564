import EchoFormats

/// `compacted.json`: the numbers of parts that ``Compaction`` took away, so that a number that is missing
/// for another reason is noticed.
///
/// A number in it may still be there: it is written before the manifests go. Numbers of manifests that were lost,
/// and of which nothing is left, are in it too.
package struct RemovedParts: Sendable {
    package static let fileName = "compacted.json"

    /// By shard, in order, none of them touching another.
    private var ranges: [Shard: [Range<Int>]] = [:]

    /// Reads the file of a folder; one that is not there has no numbers.
    ///
    /// - Throws: ``StoreError`` if it cannot be read or is not such a file.
    package init(folder: String) throws(StoreError) {
        let path = folder + "/" + Self.fileName
        guard let bytes = try SmallFile.read(path) else { return }
        do {
            var scanner = JSONScanner(bytes)
            let object = try scanner.object()
            try scanner.end()
            for member in object.object("removed").members {
                guard let shard = Shard(member.key), case .array(let values) = member.value else {
                    throw MemberError(name: "removed")
                }
                for value in values {
                    let range = try JSONObject([.init(key: "removed", value: value)])
                        .range("removed")
                    // As large as in names of manifests: sums do not overflow.
                    guard range.upperBound <= PartName.largestNumber else {
                        throw MemberError(name: "removed")
                    }
                    insert(range, of: shard)
                }
            }
        } catch {
            throw StoreError(path: path, .notARecord("\(error)"))
        }
    }

    package func contains(_ part: PartName) -> Bool {
        ranges[part.shard]?.contains { $0.contains(part.number) } ?? false
    }

    /// The numbers of a shard, in order.
    func numbers(of shard: Shard) -> [Range<Int>] { ranges[shard] ?? [] }

    /// The number after the last one.
    func end(of shard: Shard) -> Int { ranges[shard]?.last?.upperBound ?? 0 }

    package mutating func insert(_ part: PartName) {
        insert(part.number..<part.number + 1, of: part.shard)
    }

    mutating func insert(_ range: Range<Int>, of shard: Shard) {
        let all = (ranges[shard] ?? []) + [range]
        var joined: [Range<Int>] = []
        for range in all.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, last.upperBound >= range.lowerBound {
                let end = max(last.upperBound, range.upperBound)
                joined[joined.count - 1] = last.lowerBound..<end
            } else {
                joined.append(range)
            }
        }
        ranges[shard] = joined
    }

    /// Writes the file; it is on disk afterwards.
    ///
    /// - Throws: ``StoreError`` if it cannot be written.
    func write(in folder: String) throws(StoreError) {
        let shards = ranges.keys.sorted { ($0.count, $0.index) < ($1.count, $1.index) }
        let removed = shards.map { shard in
            JSONObject.Member(
                key: "\(shard)",
                value: .array(
                    (ranges[shard] ?? []).map {
                        .array([.integer($0.lowerBound), .integer($0.upperBound)])
                    }))
        }
        let object: JSONObject = ["removed": .object(JSONObject(removed))]
        try SmallFile.replace(folder + "/" + Self.fileName, with: JSONObject.lines([object]))
    }
}
