import EchoCPU
import EchoOpenCL
import EchoSignal

/// The spectrogram of a signal, computed on a thread of our own: the caller's only waits and takes what
/// comes, as in a ``MemoryRun``.
struct SpectrogramRun: Sendable {
    /// Columns of the spectrogram.
    struct Piece: Sendable {
        /// The number of the first.
        let first: Int
        let frameCount: Int
        /// `[bins, frameCount]`.
        let values: [Float]

        /// Copies them to where they belong in the whole. The last segment repeats frames of the one
        /// before: the same frames, the same values.
        func write(to whole: UnsafeMutableBufferPointer<Float>, bins: Int, frames: Int) {
            for bin in 0..<bins {
                let place = bin * frames + first
                _ = whole.extracting(place..<place + frameCount).update(
                    fromContentsOf: values[bin * frameCount..<(bin + 1) * frameCount])
            }
        }
    }

    /// Pieces that wait for the caller.
    private static let waitingCount = 2

    let engine: Engine
    /// Opened by the thread that computes.
    let open: @Sendable () throws(SignalError) -> RecordingReader

    /// Computes it.
    ///
    /// - Parameters:
    ///   - shape: Told the bins and frames before the first piece.
    ///   - progress: As of ``MemoryRun/run(_:progress:)``, of the one signal.
    func run(
        shape: (_ bins: Int, _ frames: Int) -> Void, take: (Piece) -> Void,
        progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(MemoryFailure) {
        var report = MemoryReport(total: 1)
        try report.tell(progress)
        let pieces = OrderedQueue<Result<Message, EchoError>>(
            capacity: Self.waitingCount, writerCount: 1)
        let computing = CPUStop()
        defer {
            computing.stop()
            pieces.cancel()
        }
        do throws(EchoError) {
            let work = CallFailure.inheriting { compute(pieces) }
            try WorkerPool.shared.run("spectrogram") {
                CPUStop.$current.withValue(computing) {
                    Trace.$row.withValue("spectrogram", operation: work)
                }
            }
        } catch {
            throw MemoryFailure(error)
        }
        while report.done == 0 {
            switch pieces.pop(within: memoryLookInterval) {
            case .element(.success(.opened(let bins, let frames))): shape(bins, frames)
            case .element(.success(.piece(let piece))): take(piece)
            case .element(.success(.finished)): report.done = 1
            case .element(.failure(let error)):
                throw MemoryFailure(error, index: error.kind == .signal ? 0 : nil)
            case .nothing: break
            case .ended: throw MemoryFailure(.threadsEnded)
            }
            try report.tellNowAndThen(progress)
        }
        try report.tell(progress)
    }

    private enum Message: Sendable {
        case opened(bins: Int, frames: Int)
        case piece(Piece)
        case finished
    }

    private func compute(_ output: OrderedQueue<Result<Message, EchoError>>) {
        defer { output.finish() }
        var number = 0
        func push(_ result: Result<Message, EchoError>) -> Bool {
            defer { number += 1 }
            return output.push(result, number: number, size: 1)
        }
        do {
            let reader = try open()
            let segments = reader.framing.segments(frameCount: reader.totalFrameCount)
            let opened = Message.opened(
                bins: reader.framing.binCount, frames: reader.totalFrameCount)
            guard push(.success(opened)) else { return }
            while let segment = try reader.next() {
                let values = try engine.spectrogram(segment)
                try FiniteValues.require(values, of: "the spectrogram")
                let first = segments[segment.index].lowerBound
                let piece = Piece(first: first, frameCount: segment.frameCount, values: values)
                guard push(.success(.piece(piece))) else { return }
            }
            _ = push(.success(.finished))
        } catch {
            _ = push(.failure(EchoError(error)))
        }
    }
}
