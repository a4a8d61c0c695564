import EchoStore

/// How embeddings are laid out on disk, and which of them a run makes.
public struct OutputOptions: Sendable {
    /// Files of its own for each recording, or tables of many.
    public var layout: FolderLayout
    /// Which share of the recordings this run embeds.
    public var shard: Shard
    /// In parts: recordings of a part, 1 to 1,000,000,000.
    public var partSize: Int
    /// In parts: the tables' file format.
    public var format: ArrayFormat
    /// In parts: the type of the tables' values.
    public var element: ArrayElement
    /// Recordings that failed before are tried again.
    public var retriesFailed: Bool
    /// Go on with other settings than the folder was begun with; what it holds stays as it is.
    public var force: Bool
    /// An id that is embedded from another path with other content is embedded anew.
    public var replaces: Bool
    /// In parts: bytes of embeddings that may wait in memory for their turn. Not public: what it should be
    /// follows from the pipeline, and may change with it.
    package var waitingByteLimit = Self.waitingRowsByteLimit

    static let waitingRowsByteLimit = 256 << 20

    /// Recordings of a part where the caller does not say.
    public static let defaultPartSize = 1024
    package static let partSizes = 1...1_000_000_000

    /// Makes options; what is not given is as a plain run needs it.
    public init(
        layout: FolderLayout = .files, shard: Shard = .whole, partSize: Int = defaultPartSize,
        format: ArrayFormat = .npy, element: ArrayElement = .float32, retriesFailed: Bool = false,
        force: Bool = false, replaces: Bool = false
    ) {
        (self.layout, self.shard, self.partSize) = (layout, shard, partSize)
        (self.format, self.element) = (format, element)
        (self.retriesFailed, self.force, self.replaces) = (retriesFailed, force, replaces)
    }
}
