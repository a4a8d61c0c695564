import EchoFormats

/// What a run was asked to embed.
package struct InputSelection: Hashable, Sendable {
    /// Recordings, archives, folders and patterns.
    package var arguments: [String]
    /// A list of recordings with what is known of them; `-` for standard input.
    package var manifest: String?
    /// A list of paths with a zero byte after each; `-` for standard input.
    package var files0: String?
    /// Recordings as the rows of a list, with what is known of them.
    package var recordings: [JSONObject] = []
    /// What becomes of the embeddings.
    package var purpose = Purpose.files
    /// How they are read: it decides which signals are taken in folders and archives.
    package var reading: ReadingOptions
    /// The folder that embeddings are written into: nothing in it that we wrote is an input; nil if there
    /// is none.
    package var output: String?
    /// Files that the run itself writes elsewhere, which are no inputs either: its log, its metrics.
    package var ownFiles: [String] = []

    /// What becomes of the embeddings of a selection.
    package enum Purpose: Hashable, Sendable {
        /// They are written under the names of their recordings: of those each is embedded once, and an
        /// argument that is not there ends the run before it begins.
        case files
        /// They are handed out, whatever they are called: every input is taken, also one that is named
        /// again, and one that is not there fails alone.
        case rows
    }

    package init(
        arguments: [String] = [], manifest: String? = nil, files0: String? = nil,
        reading: ReadingOptions = ReadingOptions(), output: String? = nil
    ) {
        self.arguments = arguments
        self.manifest = manifest
        self.files0 = files0
        self.reading = reading
        self.output = output
    }

    /// What errors call it, all together.
    var places: [String] {
        arguments + [manifest, files0].compactMap { $0 }.map { $0 == "-" ? "standard input" : $0 }
    }
}
