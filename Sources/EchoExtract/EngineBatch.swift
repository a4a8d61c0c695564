import EchoGraph
import EchoModel
import EchoSignal
import EchoTensor

/// What a device is asked for: segments to embed together, and which embeddings are wanted.
struct EngineRequest: Sendable {
    /// What is embedded.
    enum Content: Sendable {
        case segments(ArraySlice<Engine.Segment>)
        case spectrograms(ArraySlice<Engine.SpectrogramPiece>)
    }

    let content: Content
    let wantsRows: Bool
    let layouts: [BatchLayout.Segment]

    init(_ segments: ArraySlice<Engine.Segment>, wantsRows: Bool) {
        self.wantsRows = wantsRows
        content = .segments(segments)
        layouts = segments.map(\.layout)
    }

    init(_ pieces: ArraySlice<Engine.SpectrogramPiece>, wantsRows: Bool) {
        self.wantsRows = wantsRows
        content = .spectrograms(pieces)
        layouts = pieces.map { .init($0.sampleRate, $0.frameCount) }
    }

    /// The request for the segments of these numbers alone.
    subscript(range: Range<Int>) -> EngineRequest {
        switch content {
        case .segments(let segments):
            EngineRequest(
                segments[
                    segments.startIndex + range.lowerBound..<segments.startIndex + range.upperBound],
                wantsRows: wantsRows)
        case .spectrograms(let pieces):
            EngineRequest(
                pieces[pieces.startIndex + range.lowerBound..<pieces.startIndex + range.upperBound],
                wantsRows: wantsRows)
        }
    }

    /// The request cut into pieces of at most `limit` tokens, or of one segment.
    func pieces(tokenLimit limit: Int) -> [EngineRequest] {
        var pieces: [EngineRequest] = []
        var start = 0
        while start < layouts.count {
            var (end, tokens) = (start, 0)
            while end < layouts.count, end == start || tokens + layouts[end].tokenCount <= limit {
                tokens += layouts[end].tokenCount
                end += 1
            }
            pieces.append(self[start..<end])
            start = end
        }
        return pieces
    }

    /// The graph's input of this name, laid out.
    func input(_ layout: BatchLayout) -> (name: String, value: GraphInput) {
        switch content {
        case .segments(let segments):
            let shape: Shape = [layout.sampleCount]
            return (
                "samples",
                GraphInput(shape) { packed in
                    for (segment, place) in zip(segments, layout.places) {
                        precondition(
                            segment.samples.count == place.sampleCount,
                            "\(segment.samples.count) samples for \(segment.frameCount) frames")
                        _ = packed.extracting(place.sampleOffset...)
                            .update(fromContentsOf: segment.samples)
                    }
                }
            )
        case .spectrograms(let pieces):
            let shape: Shape = [layout.tokenCount, STFT.patchElementCount]
            return (
                "patches",
                GraphInput(shape) { patches in
                    patches.update(repeating: 0)
                    for (piece, place) in zip(pieces, layout.places) {
                        place.pack(piece.values, into: patches)
                    }
                }
            )
        }
    }

    var source: Encoder.Source {
        switch content {
        case .segments: .samples
        case .spectrograms: .patches
        }
    }
}

/// A request that the device was given, and its results once they are there.
package struct EngineBatch: Sendable {
    let request: EngineRequest
    let layout: BatchLayout
    let submission: SharedSubmission

    /// Segments of the batch.
    package var segmentCount: Int { request.layouts.count }
}

extension Engine.Segment {
    package var layout: BatchLayout.Segment { .init(sampleRate, frameCount) }
}

extension BatchLayout.Segment {
    init(_ sampleRate: Int, _ frameCount: Int) {
        let framing = Framing(sampleRate: sampleRate)
        self.init(
            sampleRate: sampleRate, windowLength: framing.windowLength, hop: framing.hop,
            frameCount: frameCount)
    }

    var tokenCount: Int {
        STFT.Segment(
            sampleOffset: 0, frameCount: frameCount, windowLength: windowLength, hop: hop,
            firstToken: 0
        ).tokenCount
    }
}
