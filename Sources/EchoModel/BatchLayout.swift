import EchoGraph
import EchoTensor

/// Where everything of a batch lies: segments of any lengths and sample rates, packed without
/// padding.
///
/// Tokens are ordered by segment, then band, then CLS before the patches in time; each band of each
/// segment is one sequence. Samples are packed in segment order.
package struct BatchLayout: Sendable {
    /// What a segment's size follows from.
    package struct Segment: Hashable, Sendable {
        /// Hz.
        package let sampleRate: Int
        /// Samples of a window (n_fft).
        package let windowLength: Int
        /// Samples between windows.
        package let hop: Int
        package let frameCount: Int

        package init(sampleRate: Int, windowLength: Int, hop: Int, frameCount: Int) {
            self.sampleRate = sampleRate
            self.windowLength = windowLength
            self.hop = hop
            self.frameCount = frameCount
        }
    }

    package let segments: [Segment]
    /// The same segments with their places in the packed samples and tokens.
    package let places: [STFT.Segment]
    /// The same as kernels read them: ``STFT``'s table.
    package let blocks: HostTensor
    package let sampleCount: Int
    /// First sample of each segment, then the sample count; int32 `[segments + 1]`.
    package let starts: HostTensor
    package let tokenCount: Int
    /// Tokens of the longest sequence.
    package let longestSequence: Int
    /// First row of each sequence, then the token count; int32 `[sequences + 1]`.
    package let offsets: HostTensor
    /// Rows that the CPU path takes through a layer together: whole sequences of one segment, whatever
    /// the batch. First row of each group, then the token count; int32 `[groups + 1]`.
    package let groups: HostTensor
    /// Per token: row of the position table, row of the frequency table; int32 `[tokens, 2]`.
    package let terms: HostTensor
    /// Position of each row of the frequency table, as a fraction of the Nyquist frequency.
    package let bandPositions: [Float]
    /// Rows of the CLS tokens in output order (segment, band); int32 `[sequences]`.
    package let utteranceRows: HostTensor
    /// First of the utterance rows of each segment, then their number; int32 `[segments + 1]`.
    package let utteranceGroups: HostTensor
    /// Rows of the other tokens in output order (segment, patch, band); int32 `[patches]`.
    package let patchRows: HostTensor

    /// Rows of a group at most: a product is as fast as with more of them, and the activations of a
    /// layer lie in a core's cache.
    private static let groupLength = 128

    /// Lays out the segments in the order given.
    package init(_ segments: [Segment]) {
        var places: [STFT.Segment] = []
        var (samples, tokens) = (0, 0)
        var offsets: [Int32] = []
        var terms: [Int32] = []
        var positions: [Float] = []
        var positionRows: [Float: Int32] = [:]
        var utteranceRows: [Int32] = []
        var patchRows: [Int32] = []
        for segment in segments {
            let place = STFT.Segment(
                sampleOffset: samples, frameCount: segment.frameCount,
                windowLength: segment.windowLength, hop: segment.hop, firstToken: tokens)
            for band in 0..<place.bandCount {
                let position = Self.position(ofBand: band, segment, binCount: place.binCount)
                let row = positionRows[position] ?? Int32(positions.count)
                if positionRows.updateValue(row, forKey: position) == nil {
                    positions.append(position)
                }
                let first = Int32(tokens + band * place.sequenceLength)
                offsets.append(first)
                utteranceRows.append(first)
                for token in 0..<Int32(place.sequenceLength) { terms += [token, row] }
            }
            for patch in 0..<place.patchCount {
                for band in 0..<place.bandCount {
                    patchRows.append(Int32(place.token(band: band, patch: patch)))
                }
            }
            places.append(place)
            samples += place.sampleCount
            tokens += place.tokenCount
        }
        self.segments = segments
        self.places = places
        blocks = STFT(segments: places).blocks
        sampleCount = samples
        starts = HostTensor(
            places.map { Int32($0.sampleOffset) } + [Int32(samples)], [places.count + 1])
        tokenCount = tokens
        longestSequence = places.map(\.sequenceLength).max() ?? 0
        self.offsets = HostTensor(offsets + [Int32(tokens)], [offsets.count + 1])
        let groups = places.flatMap { place in
            let length = place.sequenceLength
            let step = max(Self.groupLength / length, 1) * length
            return stride(from: place.firstToken, to: place.firstToken + place.tokenCount, by: step)
                .map { Int32($0) }
        }
        self.groups = HostTensor(groups + [Int32(tokens)], [groups.count + 1])
        self.terms = HostTensor(terms, [tokens, 2])
        bandPositions = positions
        let utteranceGroups = places.reduce(into: [Int32(0)]) {
            $0.append($0[$0.count - 1] + Int32($1.bandCount))
        }
        self.utteranceGroups = HostTensor(utteranceGroups, [utteranceGroups.count])
        self.utteranceRows = HostTensor(utteranceRows, [utteranceRows.count])
        self.patchRows = HostTensor(patchRows, [patchRows.count])
    }

    /// Centre of a band as a fraction of the Nyquist frequency: computed in double, rounded to
    /// float32 as upstream does. Padding does not count.
    private static func position(ofBand band: Int, _ segment: Segment, binCount: Int) -> Float {
        let start = band * STFT.bandWidth
        let end = min(start + STFT.bandWidth, binCount)
        let centre = Double(start + end - 1) / 2
        let rate = Double(segment.sampleRate)
        return Float((centre * rate / Double(segment.windowLength)) / (rate / 2))
    }
}
