import EchoGraph
import EchoInvariant
import EchoModel
import EchoOpenCL
import EchoSignal
import EchoStore
import EchoTensor
import Synchronization

/// The encoder on one device: batches of segments in, embeddings of segments out.
///
/// Any thread may call it. A batch that was submitted is at work while the next is laid out; the
/// device runs one at a time.
package final class Engine: Sendable {
    /// A normalised log spectrogram, C order `[bins, frames]`.
    package struct SpectrogramPiece: Sendable {
        package let values: [Float]
        package let frameCount: Int
        /// Of the signal that it was made from, Hz.
        package let sampleRate: Int
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
        /// The name of the device that computed it, with its numbers, and what kind it is of.
        package var device: String
        package var kind: DeviceKind

        package init(
            utterance: [Float], rows: [Float], width: Int, rowCount: Int, device: String = "",
            kind: DeviceKind = DeviceKind(name: "")
        ) {
            (self.utterance, self.rows) = (utterance, rows)
            (self.device, self.kind) = (device, kind)
            (self.width, self.rowCount) = (width, rowCount)
        }
    }

    /// `CPU path (oneDNN)`, or the device's numbers and name.
    package let deviceName: String
    /// Which device, and why, in a line.
    package let deviceReason: String
    /// How weights and activations are stored.
    package let precision: Echo.Precision
    /// What kind of device it is, as the manifests say it.
    let kind: DeviceKind
    /// As ``DeviceChoice`` has them.
    package let tilingReason, matrixReason, deviceWarning: String?
    /// Where to put down what happens; nowhere where nil.
    let trace: Trace?
    private let encoder: Encoder
    private let device: Mutex<EngineDevice>

    /// Uses a device that is open.
    package init(weights: Weights, choice: DeviceChoice) {
        encoder = Encoder(weights)
        deviceName = choice.name
        deviceReason = choice.reason
        precision = choice.precision
        (kind, tilingReason) = (choice.kind, choice.tilingReason)
        (matrixReason, deviceWarning) = (choice.matrixReason, choice.warning)
        trace = choice.trace
        device = Mutex(EngineDevice(choice))
    }

    // The three that follow do not wait for a compiler, behind which a run may end: they then say nothing.

    /// Bytes of the memory plan of the largest batch so far.
    package var lastPeakByteCount: Int {
        device.withLockIfAvailable { $0.peakByteCount } ?? 0
    }

    /// Nodes that ran on the CPU path although the device is another, with the device's reason.
    package var declinedNodes: [String: String] {
        device.withLockIfAvailable { $0.declinedNodes } ?? [:]
    }

    /// What happened to the device, a line each: batches that were too large, losses.
    package var incidents: [String] { device.withLockIfAvailable { $0.incidents } ?? [] }

    /// Tokens that the device takes in one batch; a single segment may have more.
    package var tokenLimit: Int {
        device.withLock { $0.tokenLimit(encoder.weights.configuration) }
    }

    /// Embeds segments of any lengths and sample rates, in the order given.
    ///
    /// A result depends on its segment alone, to the bit, never on the batch.
    package func encode(_ segments: [SignalSegment], wantsRows: Bool) throws -> [Encoded] {
        try encode(EngineRequest(segments[...], wantsRows: wantsRows))
    }

    /// Embeds normalised log spectrograms.
    package func encode(
        spectrograms: [SpectrogramPiece], wantsRows: Bool
    ) throws -> [Encoded] {
        try encode(EngineRequest(spectrograms[...], wantsRows: wantsRows))
    }

    /// Lays segments out and gives them to the device, without waiting for it: while it runs one
    /// batch the next can be submitted. Each is to be waited for.
    ///
    /// - Parameter segments: At least one, together of at most ``tokenLimit`` tokens unless it is one.
    package func submit(_ segments: [SignalSegment], wantsRows: Bool) throws -> EngineBatch {
        try submit(EngineRequest(segments[...], wantsRows: wantsRows))
    }

    /// Waits for a batch and cuts it into its segments. Where the device failed, tries what may help:
    /// less at a time, the device opened again, the CPU path.
    package func wait(for batch: EngineBatch) throws -> [Encoded] {
        do {
            let outputs = try outputs(of: batch.submission)
            return split(outputs, batch.layout, batch.submission)
        } catch let error as OpenCLError {
            try prepareAgain(batch, error)
            return try encode(batch.request)
        }
    }

    /// The normalised log spectrogram of a segment, C order `[bins, frames]`.
    package func spectrogram(_ segment: SignalSegment) throws -> [Float] {
        let layout = BatchLayout([segment.layout])
        let graph = try encoder.spectrogramGraph(for: layout)
        let inputs = [
            "samples": EngineRequest.samples([segment], layout),
            "blocks": GraphInput(layout.blocks),
        ]
        let submission = device.withLock { $0.submit(graph, inputs) }
        do {
            let patches = try outputs(of: submission)["patches"]
            return patches?.withFloats { layout.places[0].unpack($0) } ?? []
        } catch let error as OpenCLError where error.deviceFailure == .lost {
            try device.withLock { try $0.replace(submission.generation, error) }
            return try spectrogram(segment)
        }
    }

    /// Runs a request in pieces that fit the device's memory.
    private func encode(_ request: EngineRequest) throws -> [Encoded] {
        try request.pieces(tokenLimit: tokenLimit).flatMap { try wait(for: submit($0)) }
    }

    /// Lays a request out and gives it to the device, see ``submit(_:wantsRows:)``.
    func submit(_ request: EngineRequest) throws -> EngineBatch {
        let layout = BatchLayout(request.layouts)
        let entry = request.entry(layout)
        let graph = try encoder.graph(
            for: layout, from: entry.source, wantsRows: request.wantsRows)
        var inputs = encoder.inputs(for: layout).mapValues { GraphInput($0) }
        inputs.merge(entry.inputs) { $1 }
        let submission = device.withLock { $0.submit(graph, inputs) }
        return EngineBatch(request: request, layout: layout, submission: submission)
    }

    /// Waits for a submission and gives its memory back.
    private func outputs(of submission: SharedSubmission) throws -> [String: HostTensor] {
        let outputs = Result { try submission.wait() }
        device.withLock { device in
            // What failed may have left commands behind that use the memory.
            if case .failure = outputs { device.clear(submission.generation) }
            device.retire(submission)
        }
        return try outputs.get()
    }

    /// Does what may help a batch that failed.
    ///
    /// - Throws: `error` if nothing does.
    private func prepareAgain(_ batch: EngineBatch, _ error: OpenCLError) throws {
        let generation = batch.submission.generation
        switch error.deviceFailure {
        case .exhausted:
            guard batch.segmentCount > 1 else { throw error }
            device.withLock { $0.exhausted(generation, tokens: batch.layout.tokenCount, error) }
        case .lost:
            try device.withLock { try $0.replace(generation, error) }
        case nil:
            throw error
        }
    }

    /// Cuts the graph's outputs into segments.
    private func split(
        _ outputs: [String: HostTensor], _ layout: BatchLayout, _ submission: SharedSubmission
    ) -> [Encoded] {
        let bandWidth = encoder.weights.configuration.embeddingWidth
        func values(_ name: String, _ range: Range<Int>) -> [Float] {
            outputs[name]?.withFloats { Array($0[range]) } ?? []
        }
        invariant(outputs["utterance"] != nil, "a batch without utterances")
        var (utteranceStart, rowStart) = (0, 0)
        return layout.places.map { place in
            let width = place.bandCount * bandWidth
            defer {
                utteranceStart += width
                rowStart += width * place.patchCount
            }
            return Encoded(
                utterance: values("utterance", utteranceStart..<utteranceStart + width),
                rows: values("segment", rowStart..<rowStart + width * place.patchCount),
                width: width, rowCount: place.patchCount, device: submission.device,
                kind: submission.kind)
        }
    }
}
