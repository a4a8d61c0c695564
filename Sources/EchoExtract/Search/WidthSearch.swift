import EchoFormats
import EchoScore
import EchoStore

/// The search among the rows of one width.
struct WidthSearch {
    let request: SearchRequest
    let index: ArchiveIndex
    let rows: ArchiveRows
    let clips: HitClips?

    /// The answers to queries of this width, in order.
    ///
    /// - Parameter queries: With the number that each has among all.
    func answer(
        _ queries: [(number: Int, query: SearchQuery)], _ finder: any NearestFinder
    ) throws(EchoError) -> [SearchAnswer] {
        let values = RowsInMemory(queries.flatMap(\.query.rows), width: rows.width)
        let excluded = queries.flatMap { _, query in
            [[Int]](repeating: query.own, count: query.rowCount)
        }
        let found = try EchoError.translating {
            try finder.nearest(
                request.count, to: values, in: rows, by: request.metric, excluding: excluded)
        }
        var answers: [SearchAnswer] = []
        var first = 0
        for (number, query) in queries {
            let near = Self.merge(found[first..<first + query.rowCount], count: request.count)
            first += query.rowCount
            answers.append(try answer(number, query, near))
        }
        return answers
    }

    /// A row that is near to a row of the query.
    private struct Near {
        let neighbour: Neighbour
        let queryRow: Int
    }

    /// The nearest of what is near to any row of a query, each once.
    private static func merge(_ lists: ArraySlice<[Neighbour]>, count: Int) -> [Near] {
        var nearest: [Int: Near] = [:]
        for (queryRow, list) in lists.enumerated() {
            for neighbour in list {
                let known = nearest[neighbour.row]?.neighbour.distance ?? .infinity
                guard neighbour.distance < known else { continue }
                nearest[neighbour.row] = Near(neighbour: neighbour, queryRow: queryRow)
            }
        }
        let sorted = nearest.values.sorted {
            ($0.neighbour.distance, $0.neighbour.row) < ($1.neighbour.distance, $1.neighbour.row)
        }
        return Array(sorted.prefix(count))
    }

    private func answer(
        _ number: Int, _ query: SearchQuery, _ near: [Near]
    ) throws(EchoError) -> SearchAnswer {
        let all = index.widths.values.reduce(0, +)
        var answer = SearchAnswer(
            query: query.text, kind: query.isRecording ? "recording" : "id", id: query.id,
            channel: query.channel, width: query.width, queryRowCount: query.rowCount,
            searchedRowCount: rows.rowCount - query.own.count,
            ownRowCount: query.own.count, otherRowCount: all - rows.rowCount)
        let numbers = near.map { rows.entryIndex(ofRow: $0.neighbour.row) }
        let entries = try EchoError.translating { try rows.entries(numbers) }
        for (place, (near, entryNumber)) in zip(near, numbers).enumerated() {
            guard let entry = entries[entryNumber] else { continue }
            let row = near.neighbour.row - rows.rows(ofEntry: entryNumber).lowerBound
            answer.hits.append(
                try hit(place + 1, near, entry, row: row, of: query, number: number))
        }
        return answer
    }

    private func hit(
        _ rank: Int, _ near: Near, _ entry: ManifestEntry, row: Int, of query: SearchQuery,
        number: Int
    ) throws(EchoError) -> SearchHit {
        let isSegment = request.level == .segment
        let times = isSegment ? SegmentTimes(entry) : nil
        let (time, queryTime) = (
            times?.seconds(ofRow: row), isSegment ? query.times?.seconds(ofRow: near.queryRow) : nil
        )
        var hit = SearchHit(
            rank: rank, id: entry.source.id, channel: entry.channel, path: entry.source.path,
            distance: near.neighbour.distance, start: time?.lowerBound, end: time?.upperBound,
            queryStart: queryTime?.lowerBound, queryEnd: queryTime?.upperBound)
        guard let clips else { return hit }
        let name = HitClips.name(query: number + 1, rank: rank, entry, part: time)
        do throws(EchoError) {
            let clip = try clips.write(name, entry, part: times?.part(ofRow: row))
            (hit.clip, hit.clipNote) = (clip.path, clip.note)
        } catch {
            // A recording that is gone is told with its hit; a folder that cannot be written ends it all.
            guard [.input, .data, .signal].contains(error.kind) else { throw error }
            hit.clipProblem = error.message
        }
        return hit
    }
}
