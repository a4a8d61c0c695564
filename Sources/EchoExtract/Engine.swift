import EchoGraph
import EchoModel
import EchoOpenCL
import EchoSignal
import EchoTensor
import Synchronization

/// The encoder on one device: batches of segments in, embeddings of segments out.
///
/// Any thread may call it; one batch runs at a time.
package final class Engine: Sendable {
    /// A piece of a recording, its mean over the whole recording removed.
    package struct Segment: Sendable {
        package var samples: [Float]
        /// Hz.
        package var sampleRate: Int
        /// Windows (STFT frames), up to 2000.
        package var frameCount: Int

        package init(samples: [Float], sampleRate: Int, frameCount: Int) {
            (self.samples, self.sampleRate, self.frameCount) = (samples, sampleRate, frameCount)
        }

        fileprivate var layout: BatchLayout.Segment { .init(sampleRate, frameCount) }
    }

    /// The embedding of one segment.
    package struct Encoded: Sendable {
        /// CLS of each band, side by side: `[width]`.
        package var utterance: [Float]
        /// A row per patch of 16 frames, bands side by side: `[rowCount, width]`; empty unless
        /// asked for.
        package var rows: [Float]
        /// `N * D`: bands times the embedding width.
        package var width: Int
        package var rowCount: Int

        package init(utterance: [Float], rows: [Float], width: Int, rowCount: Int) {
            (self.utterance, self.rows) = (utterance, rows)
            (self.width, self.rowCount) = (width, rowCount)
        }
    }

    /// `CPU path (OpenBLAS)`, or the device's numbers and name.
    package let deviceName: String
    /// Which device, and why, in a line.
    package let deviceReason: String
    /// How weights and activations are stored.
    package let precision: Echo.Precision
    private let encoder: Encoder
    private let state: Mutex<State>

    // Sendable: the runner is handed over by whoever opened the device, and from then on is only
    // used under the mutex.
    private struct State: @unchecked Sendable {
        let runner: any Runner
        var peakByteCount = 0
        var declinedNodes: [String: String] = [:]
    }

    /// Opens the device that `selector` asks for; `.auto` takes the CPU path where there is none.
    ///
    /// - Throws: `OpenCLError` where a device that was asked for is missing or cannot be opened,
    ///   `EchoError` where it does not have this precision.
    package convenience init(
        weights: Weights, device selector: DeviceSelector, precision: Echo.Precision = .fp32
    ) throws {
        try self.init(weights: weights, choice: DeviceChoice(selector, precision: precision))
    }

    /// Uses a device that is open.
    package init(weights: Weights, choice: DeviceChoice) throws {
        encoder = Encoder(weights)
        deviceName = choice.name
        deviceReason = choice.reason
        precision = choice.precision
        state = Mutex(State(runner: try choice.makeRunner()))
    }

    /// Bytes of the memory plan of the largest batch so far.
    package var lastPeakByteCount: Int { state.withLock { $0.peakByteCount } }

    /// Nodes that ran on the CPU path although the device is another, with the device's reason.
    package var declinedNodes: [String: String] { state.withLock { $0.declinedNodes } }

    /// Embeds segments of any lengths and sample rates, in the order given.
    ///
    /// A result depends on its segment alone, to the bit, never on the batch.
    package func encode(_ segments: [Segment], wantsRows: Bool) throws -> [Encoded] {
        try encode(segments.map(\.layout), from: .samples, wantsRows: wantsRows) { range, layout in
            let shape: Shape = [layout.sampleCount]
            return HostTensor(shape) { packed in
                for (segment, place) in zip(segments[range], layout.places) {
                    precondition(
                        segment.samples.count == place.sampleCount,
                        "\(segment.samples.count) samples for \(segment.frameCount) frames")
                    _ = packed.extracting(place.sampleOffset...)
                        .update(fromContentsOf: segment.samples)
                }
            }
        }
    }

    /// Embeds normalised log spectrograms, each C order `[bins, frames]`.
    package func encode(
        spectrograms: [(values: [Float], frameCount: Int, sampleRate: Int)], wantsRows: Bool
    ) throws -> [Encoded] {
        let segments = spectrograms.map { BatchLayout.Segment($0.sampleRate, $0.frameCount) }
        return try encode(segments, from: .patches, wantsRows: wantsRows) { range, layout in
            let shape: Shape = [layout.tokenCount, STFT.patchElementCount]
            return HostTensor(shape) { patches in
                for (spectrogram, place) in zip(spectrograms[range], layout.places) {
                    place.pack(spectrogram.values, into: patches)
                }
            }
        }
    }

    /// The normalised log spectrogram of a segment, C order `[bins, frames]`.
    package func spectrogram(_ segment: Segment) throws -> [Float] {
        let layout = BatchLayout([segment.layout])
        let patches = try run(
            encoder.spectrogramGraph(for: layout),
            ["samples": HostTensor(segment.samples, [segment.samples.count])])["patches"]
        return patches?.withFloats { layout.places[0].unpack($0) } ?? []
    }

    /// Runs segments in pieces that fit the device's memory.
    private func encode(
        _ segments: [BatchLayout.Segment], from source: Encoder.Source, wantsRows: Bool,
        input: (Range<Int>, BatchLayout) -> HostTensor
    ) throws -> [Encoded] {
        var encoded: [Encoded] = []
        let limit = state.withLock { $0.runner.tokenLimit(encoder.weights.configuration) }
        var start = 0
        while start < segments.count {
            var (end, tokens) = (start, 0)
            while end < segments.count, end == start || tokens + segments[end].tokenCount <= limit {
                tokens += segments[end].tokenCount
                end += 1
            }
            let layout = BatchLayout(Array(segments[start..<end]))
            var inputs = encoder.inputs(for: layout)
            inputs[source.inputName] = input(start..<end, layout)
            let graph = try encoder.graph(for: layout, from: source, wantsRows: wantsRows)
            encoded += split(try run(graph, inputs), layout)
            start = end
        }
        return encoded
    }

    private func run(
        _ graph: Graph, _ inputs: [String: HostTensor]
    ) throws -> [String: HostTensor] {
        try state.withLock { state in
            let result = try state.runner.run(graph, inputs: inputs)
            state.peakByteCount = max(state.peakByteCount, result.peakByteCount)
            state.declinedNodes.merge(result.declined.map { ($0.label, $0.reason) }) { $1 }
            return result.outputs
        }
    }

    /// Cuts the graph's outputs into segments.
    private func split(_ outputs: [String: HostTensor], _ layout: BatchLayout) -> [Encoded] {
        let bandWidth = encoder.weights.configuration.embeddingWidth
        let utterance = outputs["utterance"]?.floats ?? []
        let rows = outputs["segment"]?.floats
        var (utteranceStart, rowStart) = (0, 0)
        return layout.places.map { place in
            let width = place.bandCount * bandWidth
            defer {
                utteranceStart += width
                rowStart += width * place.patchCount
            }
            return Encoded(
                utterance: Array(utterance[utteranceStart..<utteranceStart + width]),
                rows: rows.map { Array($0[rowStart..<rowStart + width * place.patchCount]) } ?? [],
                width: width, rowCount: place.patchCount)
        }
    }
}

extension Encoder.Source {
    fileprivate var inputName: String { self == .samples ? "samples" : "patches" }
}

extension BatchLayout.Segment {
    fileprivate init(_ sampleRate: Int, _ frameCount: Int) {
        let framing = Framing(sampleRate: sampleRate)
        self.init(
            sampleRate: sampleRate, windowLength: framing.windowLength, hop: framing.hop,
            frameCount: frameCount)
    }

    fileprivate var tokenCount: Int {
        STFT.Segment(
            sampleOffset: 0, frameCount: frameCount, windowLength: windowLength, hop: hop,
            firstToken: 0
        ).tokenCount
    }
}
