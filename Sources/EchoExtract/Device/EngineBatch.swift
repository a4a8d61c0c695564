import EchoGraph
import EchoInvariant
import EchoModel
import EchoSignal
import EchoTensor

/// What a device is asked for: segments to embed together, and which embeddings are wanted.
struct EngineRequest: Sendable {
    /// What is embedded.
    enum Content: Sendable {
        case segments(ArraySlice<SignalSegment>)
        case spectrograms(ArraySlice<Engine.SpectrogramPiece>)
    }

    let content: Content
    let wantsRows: Bool
    let layouts: [BatchLayout.Segment]

    init(_ segments: ArraySlice<SignalSegment>, wantsRows: Bool) {
        self.wantsRows = wantsRows
        content = .segments(segments)
        layouts = segments.map(\.layout)
    }

    init(_ pieces: ArraySlice<Engine.SpectrogramPiece>, wantsRows: Bool) {
        self.wantsRows = wantsRows
        content = .spectrograms(pieces)
        layouts = pieces.map(\.layout)
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

    /// Where it enters the graph, and the graph's inputs there, laid out: samples of 16 bits as they
    /// are, if all are.
    func entry(_ layout: BatchLayout) -> (source: Encoder.Source, inputs: [String: GraphInput]) {
        switch content {
        case .segments(let segments):
            if let pcm = Self.pcm(segments) { return (.pcm, Self.codes(pcm, layout)) }
            return (.samples, ["samples": Self.samples(segments, layout)])
        case .spectrograms(let pieces):
            let shape: Shape = [layout.tokenCount, STFT.patchElementCount]
            let patches = GraphInput(shape) { patches in
                patches.update(repeating: 0)
                for (piece, place) in zip(pieces, layout.places) {
                    place.pack(piece.values, into: patches)
                }
            }
            return (.patches, ["patches": patches])
        }
    }

    /// The samples of segments, float32.
    static func samples(_ segments: ArraySlice<SignalSegment>, _ layout: BatchLayout) -> GraphInput
    {
        GraphInput([layout.sampleCount]) { packed in
            // Each segment has a place of its own.
            nonisolated(unsafe) let packed = packed
            SharedCopying.forEach(segments.count) { number in
                let (signal, place) = (
                    segments[segments.startIndex + number].signal, layout.places[number]
                )
                check(signal.count, place)
                signal.write(to: packed.extracting(place.sampleOffset...))
            }
        }
    }

    private typealias PCMSegment = (codes: SampleRun<Int16>, mean: SegmentSamples.PCMMean)

    /// The segments as samples of 16 bits; nil if one of them is none.
    private static func pcm(_ segments: ArraySlice<SignalSegment>) -> [PCMSegment]? {
        var result: [PCMSegment] = []
        for segment in segments {
            guard case .pcm16(let codes, let mean) = segment.signal else { return nil }
            result.append((codes, mean))
        }
        return result
    }

    private static func codes(
        _ segments: [PCMSegment], _ layout: BatchLayout
    ) -> [String: GraphInput] {
        let type = TensorType([layout.sampleCount], .int16)
        let codes = GraphInput(type) { bytes in
            // Each segment has a place of its own.
            nonisolated(unsafe) let packed = bytes.bindMemory(to: Int16.self)
            SharedCopying.forEach(segments.count) { number in
                let (codes, place) = (segments[number].codes, layout.places[number])
                check(codes.count, place)
                codes.withSamples {
                    _ = packed.extracting(place.sampleOffset...).update(fromContentsOf: $0)
                }
            }
        }
        let count = segments.count
        return [
            "codes": codes,
            "levels": GraphInput(HostTensor(segments.map(\.mean.level), [count])),
            "remainders": GraphInput(HostTensor(segments.map(\.mean.remainder), [count])),
        ]
    }

    private static func check(_ count: Int, _ place: STFT.Segment) {
        invariant(
            count == place.sampleCount, "\(count) samples for \(place.frameCount) frames")
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

extension BatchLayout.Segment {
    init(_ framing: Framing, _ frameCount: Int) {
        self.init(
            sampleRate: framing.sampleRate, windowLength: framing.windowLength, hop: framing.hop,
            frameCount: frameCount)
    }

    var tokenCount: Int {
        STFT.Segment(
            sampleOffset: 0, frameCount: frameCount, windowLength: windowLength, hop: hop,
            firstToken: 0
        ).tokenCount
    }
}
