import EchoTensor

/// The segments as kernels read them: 16 frames at a time.
extension STFT {
    /// Blocks with one window and hop: what one launch of a kernel takes.
    package struct Launch: Hashable, Sendable {
        package let windowLength: Int
        package let hop: Int
        /// Rows of ``STFT/blocks``.
        package let blocks: Range<Int>

        package init(windowLength: Int, hop: Int, blocks: Range<Int>) {
            (self.windowLength, self.hop, self.blocks) = (windowLength, hop, blocks)
        }
    }

    /// Numbers in a row of ``blocks``.
    package static let blockFieldCount = 6

    /// A row for every 16 frames of a segment, int32 `[B, 6]`: index of the first sample; frames
    /// that exist, 1 to 16; row of the patch in band 0; rows between bands; row of the CLS token in
    /// band 0 if these are the segment's first frames, else -1; number of the segment. Blocks of
    /// one window and hop lie together, as ``launches`` says; else they are in the order of the
    /// segments.
    package var blocks: HostTensor {
        let count = segments.reduce(0) { $0 + $1.patchCount }
        return HostTensor(TensorType([count, Self.blockFieldCount], .int32)) { bytes in
            let table = bytes.bindMemory(to: Int32.self)
            var place = 0
            for number in inLaunchOrder {
                let segment = segments[number]
                for patch in 0..<segment.patchCount {
                    let frame = patch * Self.patchLength
                    table[place] = Int32(segment.sampleOffset + frame * segment.hop)
                    table[place + 1] = Int32(min(Self.patchLength, segment.frameCount - frame))
                    table[place + 2] = Int32(segment.token(band: 0, patch: patch))
                    table[place + 3] = Int32(segment.sequenceLength)
                    table[place + 4] = patch == 0 ? Int32(segment.firstToken) : -1
                    table[place + 5] = Int32(number)
                    place += Self.blockFieldCount
                }
            }
        }
    }

    /// One for each window and hop: recordings of several sample rates share a batch.
    package var launches: [Launch] {
        var launches: [Launch] = []
        for number in inLaunchOrder {
            let segment = segments[number]
            let start = launches.last?.blocks.upperBound ?? 0
            let end = start + segment.patchCount
            if let last = launches.last, last.windowLength == segment.windowLength,
                last.hop == segment.hop
            {
                launches[launches.count - 1] = Launch(
                    windowLength: last.windowLength, hop: last.hop,
                    blocks: last.blocks.lowerBound..<end)
            } else {
                launches.append(
                    Launch(
                        windowLength: segment.windowLength, hop: segment.hop, blocks: start..<end))
            }
        }
        return launches
    }

    /// Numbers of the segments by window, then hop, then place.
    private var inLaunchOrder: [Int] {
        segments.indices.sorted {
            let (first, second) = (segments[$0], segments[$1])
            return (first.windowLength, first.hop, $0) < (second.windowLength, second.hop, $1)
        }
    }
}
