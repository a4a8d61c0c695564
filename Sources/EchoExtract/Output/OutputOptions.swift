import EchoStore

/// How embeddings are laid out on disk, and which of them a run makes.
package struct OutputOptions: Sendable {
    package enum Layout: String, Sendable, CaseIterable {
        /// Files of its own for each recording.
        case files
        /// Tables of many recordings with manifests, which a later run takes up again.
        case parts
    }

    package var layout: Layout
    /// Which share of the recordings this run embeds.
    package var shard: Shard
    /// In parts: recordings of a part, 1 or more.
    package var partSize: Int
    /// In parts: the tables' file format and type.
    package var format: ArrayFormat
    package var element: ArrayElement
    /// In parts: recordings that failed before are tried again.
    package var retriesFailed: Bool
    /// In parts: go on with other settings than before.
    package var force: Bool
    /// In parts: bytes of embeddings that may wait in memory for their turn.
    package var waitingByteLimit = 256 << 20

    package static let defaultPartSize = 1024
    package static let partSizes = 1...1_000_000_000

    package init(
        layout: Layout = .files, shard: Shard = .whole, partSize: Int = defaultPartSize,
        format: ArrayFormat = .npy, element: ArrayElement = .float32, retriesFailed: Bool = false,
        force: Bool = false
    ) {
        (self.layout, self.shard, self.partSize) = (layout, shard, partSize)
        (self.format, self.element) = (format, element)
        (self.retriesFailed, self.force) = (retriesFailed, force)
    }
}
