import EchoFormats
import EchoStore
import FoundationEssentials

/// What the queries of a search are: recordings of the folder, or others.
struct QueryMeaning {
    /// Each query with the places where it is in the folder; empty if it is a recording to embed.
    private(set) var ids: [(text: String, locations: [ArchiveIndex.Location])] = []
    private(set) var recordings: [String] = []

    /// - Throws: ``EchoError`` of kind `usage` if a query means two things, of kind `input` if it means
    ///   nothing.
    init(_ request: SearchRequest, _ index: ArchiveIndex, settingsApart: (String) -> [String])
        throws(EchoError)
    {
        for query in request.queries {
            let text = query.text
            let locations = index.locations(of: text)
            let isFile = FileManager.default.fileExists(atPath: text)
            switch query {
            case .either where !locations.isEmpty && isFile:
                throw EchoError(
                    .usage,
                    """
                    \(quoted(text)) is a recording in \(request.folder), and also a file here. Say which \
                    is meant: --id \(text), or --file \(text).
                    """)
            case .either where isFile, .file: recordings.append(text)
            case .either, .id:
                guard !locations.isEmpty else {
                    throw Self.unknown(
                        query, request, settingsApart(text), failure: index.failure(of: text))
                }
                ids.append((text, locations))
            }
        }
    }

    private static func unknown(
        _ query: SearchRequest.Query, _ request: SearchRequest, _ apart: [String],
        failure: String?
    ) -> EchoError {
        let (text, folder) = (quoted(query.text), request.folder)
        if !apart.isEmpty {
            return EchoError(
                .usage,
                """
                \(text) was embedded with other settings than those of run.json in \(folder) \
                (\(apart.joined(separator: ", "))), so that no distance between them means anything. \
                Embed it again, or give the recording as a file with --model.
                """)
        }
        if let failure {
            return EchoError(
                .input,
                """
                \(text) could not be embedded into \(folder): \(failure) Give a recording that is in it, or a \
                file with --model.
                """)
        }
        let file = if case .either = query { ", and there is no such file" } else { "" }
        return EchoError(
            .input,
            """
            \(text) is no recording that has \(request.level) rows in \(folder)\(file). Give an id as its \
            manifest-*.jsonl have it (for a folder's files their path in there), or a recording.
            """)
    }
}
