import Dispatch
import EchoCPU
import EchoOpenCL
import EchoSignal
import EchoTensor
import FoundationEssentials

/// The stages of an extraction that have threads of their own: recordings in, batches of embeddings out.
///
/// Threads that decode (``DecodeStage``), and two for each device that keep it busy with batches of
/// segments from any mixture of recordings (``EncodeStage``), with bounded queues between them.
final class RecordingStages: Sendable {
    /// What goes through them, and how.
    struct Work {
        let inputs: InputList
        let reading: ReadingOptions
        let wantsRows: Bool
        /// Segments that go to the device together.
        let batchSize: Int
        /// Holds decoders back where recordings are taken in order; else nil.
        let gate: DecodeGate?
        /// Counts what is read.
        var meter: ProgressMeter?
    }

    /// Floats of embeddings that wait for those of a slower device: 128 MiB.
    private static let heldFloatCount = 1 << 25

    /// The embeddings, in the order in which their batches were gathered.
    let batches: OrderedQueue<EncodedBatch>
    private let decoded: BoundedQueue<RecordingEvent<SignalSegment>>
    private let decode: DecodeStage
    private let encoders: [EncodeStage<SignalSegment>]
    private let decoderCount: Int
    private let gate: DecodeGate?
    private let reading: ReadingStop
    private let compute = CPUStop()
    private let running = DispatchGroup()

    /// - Parameter reading: Stops what reads.
    init(_ work: Work, engines: [Engine], reading: ReadingStop) {
        decoderCount = Extraction.decoderCount(
            processorCount: ProcessInfo.processInfo.activeProcessorCount,
            deviceCount: engines.count)
        let decoded = BoundedQueue<RecordingEvent<SignalSegment>>(
            capacity: work.batchSize * engines.count, writerCount: decoderCount)
        let batches = OrderedQueue<EncodedBatch>(
            capacity: Self.heldFloatCount, writerCount: engines.count)
        let gatherer = BatchGatherer(decoded, batchSize: work.batchSize)
        encoders = engines.map {
            EncodeStage(engine: $0, wantsRows: work.wantsRows, input: gatherer, output: batches)
        }
        decode = DecodeStage(
            inputs: work.inputs, reading: work.reading, decoderCount: decoderCount,
            output: decoded, gate: work.gate, meter: work.meter,
            trace: engines.first?.trace)
        (self.decoded, self.batches, self.reading) = (decoded, batches, reading)
        gate = work.gate
    }

    /// Why decoding ended before its time, if that is no recording's fault.
    var failure: EchoError? { decode.failure }

    /// Starts the threads.
    ///
    /// - Throws: ``EchoError`` of kind `system` if there are none for them.
    func start() throws(EchoError) {
        let processorCount = ProcessInfo.processInfo.activeProcessorCount
        // With those that the CPU path's libraries make, which wait or end the process without them.
        try WorkerThread.require(
            decoderCount + encoders.count * (2 + processorCount) + processorCount)
        try EchoError.translating {
            try MemoryRoom.require(MemoryRoom.reserve, for: "recordings and batches")
        }
        for number in 0..<decoderCount {
            try start("decode \(number)") { [reading, decode] in
                ReadingStop.$current.withValue(reading, operation: decode.run)
            }
        }
        for (number, encode) in encoders.enumerated() {
            try start("submit \(number)", encode.submit)
            try start("collect \(number)", encode.collect)
        }
    }

    /// Lets every stage end, without the batches in flight on the CPU path: nobody wants more.
    func cancel() {
        compute.stop()
        reading.stop()
        gate?.gate.cancel()
        decoded.cancel()
        batches.cancel()
    }

    /// Waits for the threads, up to so many seconds; false if they have not all ended.
    func hasEnded(within seconds: Double) -> Bool {
        running.wait(timeout: .now() + seconds) == .success
    }

    /// Runs a stage on a thread of this name.
    private func start(
        _ name: String, _ stage: @escaping @Sendable () -> Void
    ) throws(EchoError) {
        let stage = CallFailure.inheriting(stage)
        let (running, compute) = (running, compute)
        running.enter()
        do throws(EchoError) {
            try WorkerThread.start(name) {
                CPUStop.$current.withValue(compute) {
                    Trace.$row.withValue(name, operation: stage)
                }
                running.leave()
            }
        } catch {
            running.leave()
            throw error
        }
    }
}
