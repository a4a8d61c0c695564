import EchoFormats
import EchoSignal
import EchoStore

/// Recordings that are embedded to be looked for.
struct RecordingQueries {
    let request: SearchRequest
    let paths: [String]

    /// Embeds them, read as the folder's own are.
    ///
    /// - Parameter own: Which of them are recordings of the folder.
    /// - Returns: The queries in order, what could not be embedded, and what was left out of folders and archives.
    /// - Throws: ``EchoError`` if there is no model, or not the folder's, or the device fails.
    func embed(
        _ settings: FolderSettings, _ model: ArchiveModel, _ own: OwnRecordings,
        open: (_ model: String, Echo.Precision) throws(EchoError) -> Echo
    ) throws(EchoError) -> (
        queries: [SearchQuery], failures: [SearchResult.Failure], notes: [String]
    ) {
        guard !paths.isEmpty else { return ([], [], []) }
        guard let name = request.model else {
            throw EchoError(
                .usage,
                """
                \(quoted(paths[0])) is a recording, which has to be embedded first: name the model with \
                --model. \(request.folder) was made with \(model.name).
                """)
        }
        let echo = try open(name, settings.precision)
        try model.require(echo, settings)
        let reading = try settings.reading(request.signals, hasChannels: false)
        var queries: [SearchQuery] = []
        var failures: [SearchResult.Failure] = []
        let extraction = RowExtraction(
            .init(
                InputSelection(arguments: paths, reading: reading),
                level: request.level == .utterance ? .utterance : .segment),
            on: echo)
        let summary = try extraction.run(progress: { _, _ in true }) { row in
            let text = Self.text(row, paths)
            if row.width == 0 {
                var reason = ""
                if case .string(let text) = row.fields["reason"] { reason = text }
                failures.append(.init(query: text, reason: reason))
            } else {
                queries.append(SearchQuery(text, row, level: request.level, own))
            }
            return true
        }
        return (queries, failures, summary.skipped.sentences + summary.warnings)
    }

    /// What the row's recording was asked for as: the argument, or of a folder or pattern its path.
    private static func text(_ row: RecordingRow, _ paths: [String]) -> String {
        guard case .string(let path) = row.fields["path"] else { return "" }
        return paths.first { $0.hasSameBytes(as: path) } ?? path
    }
}
