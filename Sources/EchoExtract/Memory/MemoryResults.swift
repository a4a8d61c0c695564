import EchoInvariant

/// What becomes of the embeddings of inputs in memory, on the caller's thread.
package protocol MemoryResults: AnyObject {
    /// Takes the next segment of an input, in order.
    func add(_ encoded: Engine.Encoded, of input: Int) throws(EchoError)

    /// An input has no more segments.
    func finish(_ input: Int)
}

/// Embeddings in arrays.
final class FeatureResults: MemoryResults {
    private let sampleRates: [Int]
    private var assemblers: [FeatureAssembler]
    private var finished: [Features?]

    init(sampleRates: [Int]) {
        self.sampleRates = sampleRates
        assemblers = Array(repeating: FeatureAssembler(), count: sampleRates.count)
        finished = Array(repeating: nil, count: sampleRates.count)
    }

    /// Those of every input, once all have been finished.
    var features: [Features] {
        let features = finished.compactMap(\.self)
        invariant(features.count == finished.count, "an input without embeddings")
        return features
    }

    func add(_ encoded: Engine.Encoded, of input: Int) throws(EchoError) {
        try assemblers[input].add(encoded)
    }

    func finish(_ input: Int) {
        finished[input] = assemblers[input].features(sampleRate: sampleRates[input])
        assemblers[input] = FeatureAssembler()
    }
}

/// Embeddings in memory of the caller's, where they go as they come.
package final class LentResults: MemoryResults {
    /// Where an input's go; nil for what is not wanted.
    package struct Place {
        /// `[width]`.
        let utterance: UnsafeMutableBufferPointer<Float>?
        /// `[rows, width]`.
        let segments: UnsafeMutableBufferPointer<Float>?

        package init(
            _ shape: EmbeddingShape, utterance: UnsafeMutablePointer<Float>?,
            segments: UnsafeMutablePointer<Float>?
        ) {
            let floatCount = shape.rowCount * shape.width
            self.utterance = utterance.map { .init(start: $0, count: shape.width) }
            self.segments = segments.map { .init(start: $0, count: floatCount) }
        }
    }

    private struct Progress {
        var utterance = UtteranceMean()
        /// Floats of rows that are in place.
        var floatCount = 0
    }

    private let places: [Place]
    private var begun: [Int: Progress] = [:]

    package init(_ places: [Place]) { self.places = places }

    /// True if anybody wants rows.
    var wantsRows: Bool { places.contains { $0.segments != nil } }

    package func add(_ encoded: Engine.Encoded, of input: Int) throws(EchoError) {
        try FiniteValues.require(encoded.utterance, of: "the embedding")
        try FiniteValues.require(encoded.rows, of: "the embedding")
        let start = begun[input, default: Progress()].floatCount
        begun[input, default: Progress()].utterance.add(encoded.utterance)
        begun[input, default: Progress()].floatCount += encoded.rows.count
        guard let segments = places[input].segments else { return }
        _ = segments.extracting(start...).update(fromContentsOf: encoded.rows)
    }

    package func finish(_ input: Int) {
        guard let progress = begun.removeValue(forKey: input) else { return }
        _ = places[input].utterance?.update(fromContentsOf: progress.utterance.value)
    }
}
