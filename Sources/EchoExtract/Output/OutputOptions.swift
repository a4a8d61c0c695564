import EchoStore

/// How embeddings are laid out on disk, and which of them a run makes.
package struct OutputOptions: Sendable {
    package typealias Layout = FolderLayout

    package var layout: Layout
    /// Which share of the recordings this run embeds.
    package var shard: Shard
    /// In parts: recordings of a part, 1 or more.
    package var partSize: Int
    /// In parts: the tables' file format and type.
    package var format: ArrayFormat
    package var element: ArrayElement
    /// Recordings that failed before are tried again.
    package var retriesFailed: Bool
    /// Go on with other settings than before.
    package var force: Bool
    /// An id that is embedded from another path with other content is embedded anew.
    package var replaces: Bool
    /// In parts: bytes of embeddings that may wait in memory for their turn.
    package var waitingByteLimit = Self.waitingRowsByteLimit

    static let waitingRowsByteLimit = 256 << 20
    package static let defaultPartSize = 1024
    package static let partSizes = 1...1_000_000_000

    package init(
        layout: Layout = .files, shard: Shard = .whole, partSize: Int = defaultPartSize,
        format: ArrayFormat = .npy, element: ArrayElement = .float32, retriesFailed: Bool = false,
        force: Bool = false, replaces: Bool = false
    ) {
        (self.layout, self.shard, self.partSize) = (layout, shard, partSize)
        (self.format, self.element) = (format, element)
        (self.retriesFailed, self.force, self.replaces) = (retriesFailed, force, replaces)
    }
}
