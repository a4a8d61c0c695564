import EchoFormats
import EchoReport
import EchoScore
import EchoStore

/// What a report is made of, read and not drawn yet: the folder's manifests and the table of
/// scores.
struct ReportSource {
    let folder: PartFolder
    let scan: FolderScan
    let index: ArchiveIndex
    /// Nil where there are no scores.
    let scores: ReportScoring?

    init(_ options: ReportOptions, progress: (String) -> Void) throws {
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
            scores = try ReportScoring(path, oddest: options.exampleCount)
        } else {
            scores = nil
        }
        let ids = Set(scores?.shownIDs.map { ByteName($0) } ?? [])
        let utterances = try ArchiveIndex(folder, level: .utterance, ids: ids)
        index =
            utterances.widths.isEmpty
            ? try ArchiveIndex(folder, level: .segment, ids: ids) : utterances
        if let scores, scores.scan.count > 0, utterances.rowCount == 0, index.rowCount == 0 {
            throw EchoError(.data, "\(options.folder) has no embeddings. Check the path.")
        }
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
        guard let metrics = try ScoreFolder(path: path).metrics() else {
            throw EchoError(
                .data,
                """
                \(path) has no \(ScoreMetrics.fileName) of 'echo-gpu score'. Give the folder that \
                'echo-gpu score --output' wrote.
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
}
