import EchoTensor

/// The embeddings of one recording.
public struct Features: Hashable, Sendable {
    /// The recording's embedding, shape `[N*D]`: the mean over its segments of the CLS tokens of all
    /// N bands, in band order. Empty where only ``Extraction/Level/segment`` was asked for.
    public let utterance: [Float]
    /// One row for every 16 frames (160 ms), shape ``segmentShape`` in C order; band-major columns.
    ///
    /// A recording of more than 2000 frames is embedded in segments of 2000; the last one takes the
    /// last 2000 frames, so that its rows may repeat time that the one before has covered. Empty where only
    /// ``Extraction/Level/utterance`` was asked for.
    public let segments: [Float]
    /// `[T, N*D]`, of which T is 0 if no segments were asked for.
    public let segmentShape: Shape
    /// N: how many bands of 32 bins the sample rate gives.
    public let bandCount: Int
    /// `N*D`, times the channels where those lie side by side: elements of the utterance embedding,
    /// columns of the segment embeddings.
    public var width: Int { segmentShape[1] }
}

extension Features {
    /// The embeddings of channels of one recording, side by side.
    init(joining channels: [Features]) {
        let rowCount = channels[0].segmentShape[0]
        let width = channels.reduce(0) { $0 + $1.width }
        let rows = (0..<rowCount).flatMap { row in
            channels.flatMap { $0.segments[row * $0.width..<(row + 1) * $0.width] }
        }
        self.init(
            utterance: channels.flatMap(\.utterance),
            segments: channels.count == 1 ? channels[0].segments : rows,
            segmentShape: [rowCount, width], bandCount: channels[0].bandCount)
    }
}
