/// What a run was asked to embed.
package struct InputSelection: Hashable, Sendable {
    /// Recordings, archives, folders and patterns.
    package var arguments: [String]
    /// A list of recordings with what is known of them; `-` for standard input.
    package var manifest: String?
    /// A list of paths with a zero byte after each; `-` for standard input.
    package var files0: String?
    /// How they are read: it decides which signals are taken in folders and archives.
    package var reading: ReadingOptions
    /// The folder that embeddings are written into: nothing in it that we wrote is an input; nil where there
    /// is none.
    package var output: String?

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
