/// The files of its own that a recording has, as the lines of its last try say: enough to tell by their
/// sizes whether they are whole.
package struct EmbeddedShape: Hashable, Sendable {
    /// Columns of its rows.
    private let width: Int32
    /// Rows of its segments; -1 if the line names none.
    private let segmentCount: Int32
    /// Lines of channels; 0 if the recording has one line, of all of them.
    private var channelLineCount: UInt16
    private let hasUtterance: Bool

    /// Of NPY files: enough for every extent of one or two dimensions that fits an `Int`.
    private static let headerByteCount = 128

    init(width: Int, hasUtterance: Bool, segmentCount: Int?, isOfChannel: Bool) {
        (self.width, self.hasUtterance) = (Int32(clamping: width), hasUtterance)
        self.segmentCount = segmentCount.map { Int32(clamping: $0) } ?? -1
        channelLineCount = isOfChannel ? 1 : 0
    }

    package init(_ embedding: ManifestEntry.Embedding) {
        self.init(
            width: embedding.width, hasUtterance: embedding.utterance != nil,
            segmentCount: embedding.segments?.rows?.count, isOfChannel: embedding.channel != nil)
    }

    package init(_ line: ScannedLine) {
        self.init(
            width: line.width, hasUtterance: line.utterance != nil,
            segmentCount: line.segments?.rows?.count, isOfChannel: line.hasChannel)
    }

    /// Takes the line of one more channel.
    mutating func addChannel() {
        if channelLineCount > 0, channelLineCount < .max { channelLineCount += 1 }
    }

    /// The channels that have files of their own; nil for all of them together.
    package var channels: [Int?] {
        channelLineCount == 0 ? [nil] : (0..<Int(channelLineCount)).map { $0 }
    }

    /// Bytes that the file of a level has; nil if no line names one.
    package func byteCount(_ level: EmbeddingFiles.Level) -> Int? {
        guard level == .utterance ? hasUtterance : segmentCount >= 0 else { return nil }
        let rowCount = level == .utterance ? 1 : Int(segmentCount)
        return Self.headerByteCount + rowCount * Int(width) * MemoryLayout<Float>.size
    }
}
