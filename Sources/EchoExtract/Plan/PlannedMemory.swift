import EchoGraph
import EchoModel
import EchoSignal

/// The memory of one process, on paper: of the plan of its largest batch, its weights, and what decodes.
package struct PlannedMemory: Sendable, Codable {
    /// What computes.
    enum Target {
        case cpuPath
        /// An OpenCL device whose memory is the host's.
        case hostDevice
        case gpu
    }

    /// Bytes of the host's memory, and of the device's: 0 if that is the host's.
    package let hostByteCount: Int
    package let deviceByteCount: Int
    /// Bytes of the plan of the largest batch, in which values that do not live together share their place.
    package let batchByteCount: Int
    /// Segments of that batch: fewer than were asked for where more would not fit.
    package let segmentCount: Int
    /// Segments that were asked for, where more of this length than ``segmentCount`` are never sent together; nil
    /// where they are.
    package let wantedSegmentCount: Int?
    package let weightByteCount: Int

    /// The program, its libraries and threads: 110 MB were measured on the CPU path (`extract --batch 8`, 300 clips of
    /// 10 s, two cores), less what follows from the batch.
    private static let programByteCount = 160 << 20
    /// What a driver for CPUs takes to compile kernels, at a first run: 145 MB were measured with pocl (216 MB with
    /// its cache, 360 MB without; 20 clips, `--batch 16`).
    private static let compilerByteCount = 160 << 20

    /// - Parameters:
    ///   - segment: The largest that goes to the device.
    ///   - batchSize: Segments that go there together.
    ///   - precision: How values are stored.
    init(
        _ weights: Weights, _ segment: BatchLayout.Segment, batchSize: Int, wantsRows: Bool,
        precision: Echo.Precision, on target: Target
    ) throws(GraphError) {
        // With fewer cores batches are smaller; but a plan may be of another machine than this.
        let limit = target == .gpu ? TokenLimit.gpu : TokenLimit.cpu
        let count = max(1, min(batchSize, limit / segment.tokenCount))
        let layout = BatchLayout(Array(repeating: segment, count: count))
        var graph = try Encoder(weights).graph(for: layout, wantsRows: wantsRows)
        // What GPUs rewrite depends on the card: as the graph is, it takes the most.
        if target != .gpu { graph = try graph.fusingLayers() }
        let plan = MemoryPlan(graph, Schedule(graph)).peakByteCount
        let samples = 4 * layout.sampleCount
        let parameters = weights.tensors.values.reduce(0) { $0 + 4 * $1.elementCount }
        (segmentCount, batchByteCount, weightByteCount) = (count, plan, parameters)
        wantedSegmentCount = count < batchSize ? batchSize : nil
        // Weights as they were read and packed; samples of the batch that is decoded and of the one that waits.
        let host =
            Self.programByteCount + 2 * parameters + 2 * samples
            + (wantsRows ? OutputOptions.waitingRowsByteLimit : 0)
        switch target {
        case .cpuPath: (hostByteCount, deviceByteCount) = (host + plan, 0)
        // Its driver keeps what was given back, and what it copies.
        case .hostDevice:
            (hostByteCount, deviceByteCount) = (host + 2 * plan + Self.compilerByteCount, 0)
        case .gpu:
            hostByteCount = host
            // Two batches are there at once with their samples and results; the rest they share.
            deviceByteCount = (precision == .fp16 ? 1 : 2) * parameters + plan + 2 * samples
        }
    }
}
