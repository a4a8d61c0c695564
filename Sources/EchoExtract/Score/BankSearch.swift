import EchoScore
import EchoStore

/// The nearest rows of a group's bank, and the scores that they make.
struct BankSearch {
    let finder: any NearestFinder
    let options: ScoreOptions
    private let bank: RowCatalog
    /// Rows of the bank, rising; several parts where each gives a score and the smallest holds.
    private let parts: [[Int]]

    /// What came of a query.
    struct Answer {
        let score: Double
        /// Rows of the bank's catalog, nearest first.
        let nearest: [Neighbour]
    }

    /// Embeddings of queries that are in memory at once, in bytes.
    private static let blockSize = 32 << 20

    /// - Throws: `FieldError` for a row of the bank without a domain.
    init(
        _ group: RowGroup, of bank: RowCatalog, by rule: BankRule, _ options: ScoreOptions,
        _ finder: any NearestFinder
    ) throws {
        (self.bank, self.options, self.finder) = (bank, options, finder)
        // The smallest of the parts' smallest is the smallest of all: no need to part them.
        guard options.k > 1, rule.domain != nil else {
            parts = [group.bank]
            return
        }
        var byDomain: [String: [Int]] = [:]
        for row in group.bank {
            let domain = try rule.part(of: bank.fields(of: row), id: bank.id(of: row)) ?? ""
            byDomain[domain, default: []].append(row)
        }
        parts = byDomain.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Scores rows, block by block.
    ///
    /// - Parameters:
    ///   - rows: Rows of `catalog`, of the bank's width.
    ///   - excludesSelf: Whether a row that is in the bank too is not compared with itself.
    ///   - take: Takes the answer to each row, by its place in `rows`; nil if its bank has no other row.
    ///   - progress: Told how many rows came since the last time.
    func forEachAnswer(
        to rows: [Int], of catalog: RowCatalog, excludingSelf excludesSelf: Bool,
        progress: (Int) -> Void, _ take: (Int, Answer?) throws -> Void
    ) throws {
        guard let first = rows.first else { return }
        let width = catalog.width(of: first)
        let count = max(1, Self.blockSize / (max(1, width) * MemoryLayout<Float>.stride))
        let sources = parts.map { bank.source($0) }
        for start in stride(from: 0, to: rows.count, by: count) {
            let block = Array(rows[start..<min(start + count, rows.count)])
            let queries = try catalog.embeddings(of: block)
            var answers = [PartialAnswer](repeating: .init(), count: block.count)
            for (part, source) in zip(parts, sources) {
                let excluded =
                    excludesSelf ? block.map { [part.place(of: $0)].compactMap { $0 } } : []
                let found = try search(queries, source, part, excluded)
                for (place, neighbours) in found.enumerated() where !neighbours.isEmpty {
                    answers[place].add(
                        neighbours.map { Neighbour(row: part[$0.row], distance: $0.distance) },
                        options)
                }
            }
            for (place, answer) in answers.enumerated() {
                try take(start + place, answer.answer(options))
            }
            progress(block.count)
        }
    }

    private func search(
        _ queries: RowsInMemory, _ source: SelectedRows, _ part: [Int], _ excluded: [[Int]]
    ) throws -> [[Neighbour]] {
        do {
            return try finder.nearest(
                options.neighbourCount, to: queries, in: source, by: options.metric,
                excluding: excluded)
        } catch let error as StoreError {
            // Which recording it is the search does not know.
            try bank.requireFinite(part)
            throw error
        }
    }

    /// What the parts of a bank that were searched gave.
    private struct PartialAnswer {
        var score = Double.infinity
        var nearest: [Neighbour] = []

        mutating func add(_ neighbours: [Neighbour], _ options: ScoreOptions) {
            let own = options.aggregate.score(neighbours.map(\.distance), count: options.k)
            score = min(score, own)
            nearest += neighbours
        }

        func answer(_ options: ScoreOptions) -> Answer? {
            guard !nearest.isEmpty else { return nil }
            let sorted = nearest.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
            return Answer(score: score, nearest: Array(sorted.prefix(options.nearestCount)))
        }
    }
}

extension [Int] {
    /// Where a number stands in a list that rises; nil if it does not.
    fileprivate func place(of number: Int) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == number ? low : nil
    }
}

extension RowCatalog {
    /// Embeddings of rows of one width.
    ///
    /// - Throws: `StoreError`; ``EchoError`` for a value that is not finite, with the recording.
    func embeddings(of rows: [Int]) throws -> RowsInMemory {
        guard let first = rows.first else { return RowsInMemory([], width: 0) }
        let width = width(of: first)
        let values = try [Float](unsafeUninitializedCapacity: rows.count * width) { buffer, count in
            try source(rows).read(0..<rows.count, into: buffer)
            count = rows.count * width
        }
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw notFinite(rows[place / width])
        }
        return RowsInMemory(values, width: width)
    }

    /// Requires that rows are finite, a block of them in memory at a time.
    fileprivate func requireFinite(_ rows: [Int]) throws {
        for start in stride(from: 0, to: rows.count, by: 1024) {
            _ = try embeddings(of: Array(rows[start..<min(start + 1024, rows.count)]))
        }
    }

    private func notFinite(_ row: Int) -> EchoError {
        EchoError(
            .data,
            "\(id(of: row)): its embedding has values that are not finite, so that it has no distance. "
                + "Embed it anew, or look at the folder with 'echo-gpu inspect'.")
    }
}
