import EchoScore
import EchoSignal
import EchoStore

/// What is looked for in an output folder, and how.
package struct SearchRequest: Sendable {
    /// A recording whose neighbours are looked for.
    package enum Query: Hashable, Sendable {
        /// An id of the folder, or a recording outside of it: whichever there is.
        case either(String)
        case id(String)
        case file(String)

        var text: String {
            switch self {
            case .either(let text), .id(let text), .file(let text): text
            }
        }

        var mayBeFile: Bool { if case .id = self { false } else { true } }
    }

    package var folder: String
    package var queries: [Query]
    /// Hits of each query.
    package var count = 10
    package var level = EmbeddingFiles.Level.utterance
    package var metric = Metric.cosine
    /// The model that recordings are embedded with; nil if none was named.
    package var model: String?
    package var device = "auto"
    /// How recordings are read that do not say it; for the rest as those of the folder were.
    package var signals = ReadingOptions()
    /// A folder for the sound of hits; nil for none.
    package var clips: String?
    /// Below which folder the archive's recordings lie now; nil if they lie as they did.
    package var recordings: String?

    /// How many hits may be asked for.
    package static let counts = 1...100_000

    package init(folder: String, queries: [Query]) {
        (self.folder, self.queries) = (folder, queries)
    }
}
