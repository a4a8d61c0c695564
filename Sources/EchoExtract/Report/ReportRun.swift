import EchoFormats
import EchoReport
import EchoScore
import EchoStore
import Glibc

/// Makes a report: reads a folder, its scores and some of its recordings, and writes one page.
///
/// Memory: what the index of the folder takes, the rows that the map shows (at most 10,000), and
/// the page.
package struct ReportRun {
    /// Sounds that points of the map have beside those of the examples, where the page has room.
    private static let pointClipLimit = 200
    /// Bytes that numbers, axes and remarks of one recording below the map take, and how often its name
    /// stands there.
    private static let viewReserve = (text: 5_000, names: 6)
    /// What the page may take before there is a picture or a sound in it.
    private static let textLimit = 5_000_000

    private let options: ReportOptions
    private let source: ReportSource
    private var labels: RecordingLabels
    private var panels: ScorePanels?
    private var content: ReportContent
    private var maps: PointMaps?
    private var nameLimit = 200

    /// Makes the page and writes it.
    ///
    /// - Parameters:
    ///   - now: Seconds since 1970: when the page is made.
    ///   - progress: Told what is done next.
    /// - Throws: ``EchoError`` if the folder or the scores cannot be read, or the page not be
    ///   written. A recording that is gone is no error: the page says so at its place.
    package static func write(
        _ options: ReportOptions, now: Double, progress: (String) -> Void = { _ in }
    ) throws(EchoError) -> ReportSummary {
        try EchoError.translating {
            try ReportFile.requireReplaceable(options.output)
            try RecordingPlaces.requireRoot(options.recordings)
            var run = try ReportRun(options, now: now, progress)
            return try run.finish(progress)
        }
    }

    private init(_ options: ReportOptions, now: Double, _ progress: (String) -> Void) throws {
        self.options = options
        source = try ReportSource(options, progress: progress)
        labels = RecordingLabels(options, source.scores)
        content = ReportContent(
            folder: options.folder, program: "echo-gpu \(Echo.version)", made: now,
            overview: source.scan.overview)
        try readRows(progress)
    }

    // MARK: Rows and scores

    /// Chooses rows, reads their scores in a second pass over the table, and lays them out.
    private mutating func readRows(_ progress: (String) -> Void) throws {
        let wanted = Set(source.scores?.shownIDs.map { ByteName($0) } ?? [])
        let choice = PointChoice(
            source.index, wanted: source.hasMap ? wanted : [], limit: ReportPage.pointLimit)
        var entries: [Int: [Int: ManifestEntry]] = [:]
        if source.hasMap {
            for (width, rows) in choice.rows {
                entries[width] = try source.index.rows(ofWidth: width).entries(rows)
            }
        }
        let scores = try readScores(of: entries)
        guard source.hasMap else {
            content.notes.append(noMap)
            return
        }
        progress("laying out \(choice.rows.reduce(0) { $0 + $1.rows.count }) rows")
        maps = try PointMaps(
            source.index, choice.rows, entries: entries, scores: scores, &labels)
        try labels.requireFound(options.groupFields, in: options.folder)
        content.maps.rowCount = choice.rowCount
        content.maps.choice = choice.sentence
    }

    private var noMap: String {
        guard source.index.widths.isEmpty else {
            return "There is no map: the folder has rows of segments and none of recordings. "
                + "'extract --level both' writes both."
        }
        return "There is no map: the folder has no embedding. Recordings that failed: "
            + "\(source.scan.overview.failedCount)."
    }

    private mutating func readScores(
        of entries: [Int: [Int: ManifestEntry]]
    ) throws -> [RowName: ScoreRow] {
        guard let scoring = source.scores else { return [:] }
        let names = Set(
            entries.values.flatMap(\.values).map { RowName($0.source.id, $0.channel) })
        var found: [RowName: ScoreRow] = [:]
        var repeatedCount = 0
        var panels = ScorePanels(scoring.scan, trends: scoring.bands)
        try ScoreTable.forEachRow(of: scoring.table) { row in
            panels.add(row)
            let name = RowName(row.id, row.channel)
            guard names.contains(name) else { return }
            if found.updateValue(row, forKey: name) != nil { repeatedCount += 1 }
        }
        var scores = ReportScores(folder: scoring.path)
        scores.settings = scoring.summary.settings
        (scores.count, scores.oddCount) = (scoring.scan.count, scoring.scan.oddCount)
        scores.figures = scoring.summary.figures
        scores.groups = scoring.summary.groups(scoring.scan, in: panels.groupNames)
        scores.panels = panels.panels(scoring.scan)
        content.scores = scores
        (content.trends, content.otherBands) = panels.trends(scoring.bands)
        if repeatedCount > 0 {
            content.notes.append(
                "Scores of a recording that has several, as its id is in several of the scored folders: "
                    + "\(repeatedCount). The map shows the last one of each.")
        }
        return found
    }

    // MARK: The page

    private mutating func finish(_ progress: (String) -> Void) throws -> ReportSummary {
        content.maps.maps = maps?.content ?? []
        var viewing = try ExampleViewing(source, options)
        var shelf = SoundShelf(
            seconds: options.clipSeconds, linksAudio: options.linksAudio,
            pageFolder: AbsolutePath.of(options.output).parentPath ?? "/", budget: budget())
        try addExamples(&viewing, &shelf, progress)
        addClips(viewing.archive, &shelf, progress)
        content.clips = shelf.clips
        content.notes += viewing.notes + ReportNotes.sentences(source, labels, maps, shelf)
        let html = ReportPage(content, nameLimit: nameLimit).html
        guard html.utf8.count <= ReportPage.byteLimit else {
            throw EchoError(
                .data,
                """
                the page would have \(html.utf8.count) bytes, and \(ReportPage.byteLimit) are the most: names \
                or notes are very long. Take fewer --oddest.
                """)
        }
        try ReportFile.write(html, to: options.output)
        return ReportSummary(
            path: options.output, byteCount: html.utf8.count,
            pointCount: content.maps.maps.reduce(0) { $0 + $1.points.count },
            rowCount: source.index.rowCount, pictureCount: shelf.pictureCount,
            soundCount: shelf.clips.count, missingCount: shelf.missing.count,
            notes: content.notes)
    }

    /// What pictures and sounds may take: names of points are cut where these would leave little.
    private mutating func budget() -> PageBudget {
        var text = 0
        for limit in [200, 60, 20] {
            nameLimit = limit
            text = ReportPage(content, nameLimit: limit).html.utf8.count
            if text <= Self.textLimit { break }
        }
        let ids = source.scores?.shownIDs
        // Which a sample shows is not known yet: names of 300 code points.
        let views = ids?.count ?? options.exampleCount
        let names = ids?.reduce(0) { $0 + HTML.name($1).text.utf8.count } ?? views * 1200
        let reserve = views * Self.viewReserve.text + names * Self.viewReserve.names
        return PageBudget(left: ReportPage.byteLimit - text - reserve)
    }

    private mutating func addExamples(
        _ viewing: inout ExampleViewing, _ shelf: inout SoundShelf, _ progress: (String) -> Void
    ) throws {
        let tell = { (number: Int) in
            if number.isMultiple(of: 10) { progress("reading recordings, \(number) done") }
        }
        if let scoring = source.scores {
            content.examples.kind = .oddest
            content.examples.areNeighboursNormal = scoring.hasBank
            content.examples.examples = try viewing.oddest(
                scoring.scan.oddest, &shelf, progress: tell)
        } else {
            content.examples.examples = try viewing.sample(&labels, &shelf, progress: tell)
        }
        content.examples.remarks = ReportNotes.remarks(
            source, options, count: content.examples.examples.count)
    }

    /// Gives points their sounds: all of them where sounds are linked, else some, spread over the
    /// maps.
    private mutating func addClips(
        _ archive: RecordingArchive?, _ shelf: inout SoundShelf, _ progress: (String) -> Void
    ) {
        guard let archive, maps != nil else { return }
        progress("adding sounds to the map")
        let count = content.maps.maps.reduce(0) { $0 + $1.points.count }
        let limit = options.linksAudio ? count : Self.pointClipLimit
        let wanted = Set(PointChoice.spaced(limit, of: count))
        var place = -1
        maps?.setClips { entry in
            place += 1
            return shelf.clip(of: entry, from: archive, isWanted: wanted.contains(place))
        }
        content.maps.maps = maps?.content ?? []
    }
}
