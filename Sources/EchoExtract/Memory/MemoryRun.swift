import EchoCPU
import EchoOpenCL
import EchoSignal
import FoundationEssentials

/// Inputs in memory to embeddings, on threads of our own: the caller's only waits and takes results.
///
/// The same stages as of an ``Extraction``: threads that cut inputs into segments (``MemoryDecoding``),
/// and two for each device (``EncodeStage``), so that the next batch is laid out while the device is at
/// work on the last. Nobody waits for them where the caller wants no more: what an OpenCL device has begun
/// ends by itself, the CPU path stops.
struct MemoryRun<Inputs: MemoryInputs> {
    /// Floats of embeddings that wait for those of a slower device: 128 MiB.
    private static var heldFloatCount: Int { 1 << 25 }

    let inputs: Inputs
    let engines: [Engine]
    let wantsRows: Bool
    let batchSize: Int

    /// Embeds the inputs.
    ///
    /// - Parameter progress: Called at the start, at the end and at least every 0.25 s; false stops.
    /// - Throws: ``MemoryFailure`` of the first input that cannot be embedded, if the device fails,
    ///   and of kind `stopped`.
    func run(
        _ results: some MemoryResults, progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(MemoryFailure) {
        var report = MemoryReport(total: inputs.count)
        try report.tell(progress)
        guard inputs.count > 0 else { return }
        let decoded = BoundedQueue<RecordingEvent<Inputs.Segment>>(
            capacity: batchSize * engines.count, writerCount: decoderCount)
        let encoded = OrderedQueue<EncodedBatch>(
            capacity: Self.heldFloatCount, writerCount: engines.count)
        let compute = CPUStop()
        defer {
            compute.stop()
            decoded.cancel()
            encoded.cancel()
        }
        let decoding = MemoryDecoding(inputs, output: decoded) {
            decoded.cancel()
            encoded.cancel()
        }
        do throws(EchoError) {
            try start(decoding, decoded, encoded, compute)
        } catch {
            throw MemoryFailure(error)
        }
        while report.done < inputs.count {
            switch encoded.pop(within: memoryLookInterval) {
            case .element(let batch): try take(batch, results, &report)
            case .nothing: break
            case .ended: throw decoding.failure ?? MemoryFailure(.threadsEnded)
            }
            try report.tellNowAndThen(progress)
        }
        try report.tell(progress)
    }

    /// Threads that cut inputs into segments.
    private var decoderCount: Int {
        let limit = Extraction.decoderCount(
            processorCount: ProcessInfo.processInfo.activeProcessorCount,
            deviceCount: engines.count)
        return max(1, min(limit, inputs.count))
    }

    private func start(
        _ decoding: MemoryDecoding<Inputs>,
        _ decoded: BoundedQueue<RecordingEvent<Inputs.Segment>>,
        _ encoded: OrderedQueue<EncodedBatch>, _ compute: CPUStop
    ) throws(EchoError) {
        for number in 0..<decoderCount {
            try Self.start("decode \(number)", compute, decoding.run)
        }
        let gatherer = BatchGatherer(decoded, batchSize: batchSize)
        for (number, engine) in engines.enumerated() {
            let stage = EncodeStage(
                engine: engine, wantsRows: wantsRows, input: gatherer, output: encoded)
            try Self.start("submit \(number)", compute, stage.submit)
            try Self.start("collect \(number)", compute, stage.collect)
        }
    }

    private static func start(
        _ name: String, _ compute: CPUStop, _ stage: @escaping @Sendable () -> Void
    ) throws(EchoError) {
        let stage = CallFailure.inheriting(stage)
        try WorkerPool.shared.run(name) {
            CPUStop.$current.withValue(compute) {
                Trace.$row.withValue(name, operation: stage)
            }
        }
    }

    private func take(
        _ batch: EncodedBatch, _ results: some MemoryResults, _ report: inout MemoryReport
    ) throws(MemoryFailure) {
        let events: [RecordingEvent<EncodedSegment>]
        do throws(EchoError) { events = try batch.get() } catch { throw MemoryFailure(error) }
        for event in events {
            switch event {
            case .segment(let index, _, let segment):
                do throws(EchoError) { try results.add(segment.embeddings, of: index) } catch {
                    throw MemoryFailure(error, index: index)
                }
            case .finished(let index):
                results.finish(index)
                report.done += 1
            case .opened, .failed, .flush: break
            }
        }
    }
}

extension EchoError {
    /// What should not be, but must not be waited for either.
    static let threadsEnded = EchoError(
        .system, "the threads that embed ended before their work. Try it again.")
}
