import EchoInvariant

/// The sizes of an ECHO encoder.
///
/// Band width (32 bins), patch length (16 frames) and segment length (2000 frames) are the same in
/// every configuration.
public struct Configuration: Hashable, Sendable {
    /// Width D of a token, and of one band's embedding.
    public let embeddingWidth: Int
    /// Number of transformer layers.
    public let layerCount: Int
    /// Attention heads of a layer; they divide the embedding width.
    public let headCount: Int
    /// Width of the hidden layer of the MLP: 4D in the published configurations.
    public let feedForwardWidth: Int
    /// Rows of the position table: CLS and one for each patch of a segment, 1 + 125.
    public let positionCount: Int

    /// Width of one attention head: 64 in the published configurations.
    public var headWidth: Int { embeddingWidth / headCount }

    package init(
        embeddingWidth: Int, layerCount: Int, headCount: Int, feedForwardWidth: Int,
        positionCount: Int = Self.standardPositionCount
    ) {
        invariant(
            headCount > 0 && embeddingWidth.isMultiple(of: headCount),
            "\(headCount) heads do not divide width \(embeddingWidth)")
        self.embeddingWidth = embeddingWidth
        self.layerCount = layerCount
        self.headCount = headCount
        self.feedForwardWidth = feedForwardWidth
        self.positionCount = positionCount
    }

    /// CLS and the 2000 / 16 patches of a full segment.
    package static let standardPositionCount = 126
    /// Width of an attention head if nothing says otherwise.
    package static let standardHeadWidth = 64

    /// `echo-tiny`: 192 wide, 12 layers, 3 heads; 5.5 million parameters.
    public static let tiny = published(width: 192, layers: 12)
    /// `echo-small`: 384 wide, 12 layers, 6 heads; 21.5 million parameters.
    public static let small = published(width: 384, layers: 12)
    /// `echo-base`: 768 wide, 12 layers, 12 heads.
    public static let base = published(width: 768, layers: 12)
    /// `echo-large`: 1024 wide, 24 layers, 16 heads.
    public static let large = published(width: 1024, layers: 24)

    private static func published(width: Int, layers: Int) -> Configuration {
        Configuration(
            embeddingWidth: width, layerCount: layers, headCount: width / standardHeadWidth,
            feedForwardWidth: 4 * width)
    }
}
