import EchoInvariant

/// The utterance embedding of a recording: the mean of its segments' utterance embeddings.
///
/// `utterance[i] = Float(sum over segments of Double(segment[i]) / count)`, summed in segment order, so
/// that it does not depend on which segments shared a batch. Source: upstream's
/// mean over the segments.
package struct UtteranceMean {
    private var sums: [Double] = []
    package private(set) var count = 0

    package init() {}

    /// Adds the utterance embedding of the next segment, `[N*D]`.
    package mutating func add(_ segment: [Float]) {
        if count == 0 { sums = [Double](repeating: 0, count: segment.count) }
        invariant(segment.count == sums.count, "a segment of \(segment.count) after \(sums.count)")
        for index in sums.indices { sums[index] += Double(segment[index]) }
        count += 1
    }

    /// The mean of what was added, `[N*D]`.
    package var value: [Float] {
        invariant(count > 0, "a recording has at least one segment")
        return sums.map { Float($0 / Double(count)) }
    }
}
