import EchoExtract
import EchoFormats

/// What a search found, as text.
enum SearchReport {
    static func lines(_ result: SearchResult) -> [String] {
        var lines: [String] = []
        for answer in result.answers {
            if !lines.isEmpty { lines.append("") }
            lines.append(title(answer, result))
            lines +=
                answer.hits.isEmpty
                ? ["There is no other row of its width."] : table(answer, result)
        }
        return lines
    }

    /// What has to be known besides, and what could not be done, to the error stream.
    static func tell(_ result: SearchResult) {
        let log = ConsoleLogHandler.logger()
        for note in result.notes { log.notice("\(note)") }
        for failure in result.failures {
            log.error(
                "\(failure.query): \(failure.reason)",
                metadata: ["recording": "\(failure.query)", "reason": "\(failure.reason)"])
        }
        for hit in result.answers.flatMap(\.hits) {
            if let note = hit.clipNote { log.notice("\(hit.id): \(note)") }
            if let problem = hit.clipProblem {
                log.warning("no sound of hit \(hit.rank): \(problem)")
            }
        }
    }

    private static func title(_ answer: SearchAnswer, _ result: SearchResult) -> String {
        let channel = answer.channel.map { ", channel \($0)" } ?? ""
        let rows = answer.searchedRowCount.counted(result.level == "segment" ? "segment" : "row")
        let own = answer.ownRowCount > 0 ? ", without its own" : ""
        return "Nearest to \(answer.query)\(channel), of \(rows)\(own), by \(result.metric) "
            + "distance:"
    }

    private static func table(_ answer: SearchAnswer, _ result: SearchResult) -> [String] {
        let hits = answer.hits
        let hasTimes = hits.contains { $0.start != nil }
        let hasChannels = hits.contains { $0.channel != nil }
        let hasClips = hits.contains { $0.clip != nil }
        var columns: [TextTable.Column] = [
            .right("hit"), .right("distance"), .left("recording"),
        ]
        if hasChannels { columns.append(.right("channel")) }
        if hasTimes { columns += [.right("from s"), .right("to s"), .right("query from s")] }
        if hasClips { columns.append(.left("sound")) }
        var table = TextTable(columns)
        for hit in hits {
            var cells = [
                "\(hit.rank)", max(hit.distance, 0).formatted(significantDigits: 6), hit.id,
            ]
            if hasChannels { cells.append(hit.channel.map { "\($0)" } ?? "-") }
            if hasTimes {
                cells += [hit.start, hit.end, hit.queryStart].map {
                    $0?.formatted(decimals: 2) ?? "-"
                }
            }
            if hasClips { cells.append(hit.clip ?? "-") }
            table.append(cells)
        }
        return table.lines
    }
}
