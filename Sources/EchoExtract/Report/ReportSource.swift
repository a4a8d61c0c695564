import EchoFormats
import EchoReport
import EchoScore
import EchoStore
import Glibc

/// What a report is made of, read and not drawn yet: the folder's manifests and the table of
/// scores.
struct ReportSource {
    let folder: PartFolder
    let scan: FolderScan
    let index: ArchiveIndex
    /// Nil if there are no scores.
    let scores: ReportScoring?

    init(_ options: ReportOptions, progress: (String) -> Void) throws {
        try Self.requireFolder(options.folder)
        folder = try PartFolder(path: options.folder)
        guard !folder.parts.isEmpty else {
            throw EchoError(
                .data,
                """
                \(options.folder) has no manifest: it is no output folder of 'echo-gpu extract', or nothing \
                was embedded yet. Check the path.
                """)
        }
        progress("reading the manifests of \(options.folder)")
        scan = try FolderScan(folder)
        if let path = options.scores {
            progress("reading the scores of \(path)")
            try Self.requireFolder(path)
            scores = try ReportScoring(path, oddest: options.exampleCount)
        } else {
            scores = nil
        }
        let ids = Set(
            (scores.map { $0.shownIDs + $0.probedIDs } ?? []).map { ByteName($0) })
        let utterances = try ArchiveIndex(folder, level: .utterance, ids: ids)
        index =
            utterances.widths.isEmpty
            ? try ArchiveIndex(folder, level: .segment, ids: ids) : utterances
        if let scores, scores.scan.count > 0, utterances.rowCount == 0, index.rowCount == 0 {
            throw EchoError(.data, "\(options.folder) has no embeddings. Check the path.")
        }
        if let scores { try requireItsOwn(scores) }
    }

    private static func requireFolder(_ path: String) throws(EchoError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw EchoError(.input, "\(path): there is no such folder. Check the path.")
        }
    }

    /// Scores of another folder would make a page of two things under one heading.
    private func requireItsOwn(_ scores: ReportScoring) throws(EchoError) {
        let scored = scores.summary.metrics.settings.test
        let own = AbsolutePath.of(folder.path)
        guard !scored.contains(where: { AbsolutePath.of($0).hasSameBytes(as: own) }),
            scores.scan.count > 0,
            !scores.probedIDs.contains(where: { !index.locations(of: $0).isEmpty })
        else { return }
        throw EchoError(
            .data,
            """
            \(scores.path) has scores of \(scored.joined(separator: ", ")), and none of the recordings that \
            were looked for is in \(folder.path). Give the folder that was scored, or its own scores.
            """)
    }

    /// Whether rows are recordings, and no segments of them.
    var hasMap: Bool { index.level == .utterance && !index.widths.isEmpty }
}

extension ArchiveIndex {
    var rowCount: Int { widths.values.reduce(0, +) }
}

/// A folder of scores.
struct ReportScoring {
    let path: String
    let summary: MetricsSummary
    let scan: ScoreScan
    let bands: [ReportTrend.Band]

    init(_ path: String, oddest: Int) throws {
        self.path = path
        guard let metrics = try ScoreFolder(reading: path).metrics() else {
            throw EchoError(
                .data,
                """
                \(path) has no \(ScoreMetrics.fileName) of 'echo-gpu score'. Give the folder that \
                'echo-gpu score --output' wrote; where it is being written now, try again.
                """)
        }
        guard metrics.classification == nil else {
            throw EchoError(
                .data,
                """
                \(path) holds classes of 'echo-gpu score --classify' and no scores. Give a folder of scores.
                """)
        }
        summary = MetricsSummary(metrics: metrics)
        scan = try ScoreScan(path.asFolderPrefix + ScoreTable.fileName, oddest: oddest)
        bands = summary.bands
    }

    var table: String { path.asFolderPrefix + ScoreTable.fileName }

    /// Recordings that are shown with a picture: the oddest and the nearest of each.
    var shownIDs: [String] { scan.oddest.flatMap { [$0.id] + $0.nearest.prefix(1).map(\.id) } }

    /// Some that were scored: the oddest, and the first of each group.
    var probedIDs: [String] { scan.oddest.map(\.id) + scan.groups.values.map(\.firstID) }

    /// Whether recordings were compared with a bank, which is what is normal, and not with each other.
    var hasBank: Bool {
        let settings = summary.metrics.settings
        return !settings.bank.isEmpty || settings.baseline != nil
    }
}
