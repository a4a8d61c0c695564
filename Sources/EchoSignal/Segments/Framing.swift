import EchoInvariant

/// How a sample rate divides a signal into windows (STFT frames) and segments.
///
/// A window is 25 ms and the hop 10 ms, in double arithmetic and then truncated, as upstream does:
/// 44,100 Hz gives 1102 and 441 samples. There is no centring and no padding.
package struct Framing: Hashable, Sendable {
    /// Frames of a full segment.
    package static let segmentLength = 2000
    /// Bins of a band, and frames of a patch (one row of a segment embedding).
    package static let bandWidth = 32
    package static let patchLength = 16
    /// Hz. Below, a hop would be shorter than a sample; above, a header is not to be believed.
    package static let supportedSampleRates = 100...10_000_000

    /// Hz.
    package let sampleRate: Int
    /// Samples of one window: `n_fft`.
    package let windowLength: Int
    /// Samples from one window's start to the next one's.
    package let hop: Int

    /// - Precondition: `supportedSampleRates` contains `sampleRate`.
    package init(sampleRate: Int) {
        invariant(Self.supportedSampleRates.contains(sampleRate), "\(sampleRate) Hz")
        self.sampleRate = sampleRate
        windowLength = Int(0.025 * Double(sampleRate))
        hop = Int(0.01 * Double(sampleRate))
    }

    /// Bins of the one-sided spectrum.
    package var binCount: Int { windowLength / 2 + 1 }

    /// Bands of 32 bins, the last of them perhaps short.
    package var bandCount: Int { (binCount + Self.bandWidth - 1) / Self.bandWidth }

    /// Windows that fit in a signal; 0 if it is shorter than one.
    package func frameCount(sampleCount: Int) -> Int {
        sampleCount < windowLength ? 0 : (sampleCount - windowLength) / hop + 1
    }

    /// The frames of each segment: full ones from the start, then, if frames are left, the last
    /// 2000, which overlap the segment before. Fewer than 2000 frames are one segment.
    package func segments(frameCount: Int) -> [Range<Int>] {
        let length = Self.segmentLength
        guard frameCount > length else { return frameCount > 0 ? [0..<frameCount] : [] }
        var segments = (0..<frameCount / length).map { $0 * length..<($0 + 1) * length }
        if frameCount % length != 0 { segments.append(frameCount - length..<frameCount) }
        return segments
    }

    /// The samples under these frames.
    package func sampleRange(of frames: Range<Int>) -> Range<Int> {
        guard !frames.isEmpty else { return frames.lowerBound * hop..<frames.lowerBound * hop }
        return frames.lowerBound * hop..<(frames.upperBound - 1) * hop + windowLength
    }

    /// The most samples that still make no more than one segment.
    package var singleSegmentSampleLimit: Int { windowLength + Self.segmentLength * hop - 1 }

    /// Patches, that is rows of a segment embedding, of one segment.
    package static func rowCount(frameCount: Int) -> Int {
        (frameCount + patchLength - 1) / patchLength
    }

    /// Rows of all segments together, ``segments(frameCount:)``.
    package static func totalRowCount(frameCount: Int) -> Int {
        guard frameCount > segmentLength else { return rowCount(frameCount: frameCount) }
        let (full, rest) = frameCount.quotientAndRemainder(dividingBy: segmentLength)
        return (full + (rest == 0 ? 0 : 1)) * rowCount(frameCount: segmentLength)
    }

    /// The frames under a row of all segments together: 16, or those that are left at the end. The rows of the
    /// last segment overlap those before it, as ``segments(frameCount:)`` do.
    package static func frames(ofRow row: Int, frameCount: Int) -> Range<Int> {
        let rowsOfSegment = rowCount(frameCount: segmentLength)
        let (segment, rest) = row.quotientAndRemainder(dividingBy: rowsOfSegment)
        let start = min(segment * segmentLength, max(frameCount - segmentLength, 0))
        let first = start + rest * patchLength
        return first..<max(first, min(first + patchLength, frameCount))
    }
}
