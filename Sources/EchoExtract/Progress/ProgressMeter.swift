import EchoOpenCL
import EchoSignal
import Synchronization

/// Counts what an extraction does, so that any thread may ask how far it is.
///
/// The extraction's own thread counts what comes back from the device, those that decode what they read.
public final class ProgressMeter: Sendable {
    fileprivate struct State {
        var progress = Extraction.Progress()
        var start: ContinuousClock.Instant
        var bytes, sound, recordings: RecentRate
        /// Recordings of which segments are still to come.
        var open: [Int: OpenRecording] = [:]
        /// Bytes of segments, with the parts of a byte.
        var byteCount = 0.0

        init(start: ContinuousClock.Instant) {
            self.start = start
            bytes = RecentRate(start: start)
            sound = bytes
            recordings = bytes
        }
    }

    fileprivate struct OpenRecording {
        let bytesPerSegment, secondsPerSegment: Double
        var countedBytes = 0.0
    }

    private let readByteCount = Atomic(0)
    private let hasSegments = Atomic(false)
    private let state = Mutex(State(start: .now))

    /// A meter that counts nothing yet.
    public init() {}

    /// How far it is. Takes microseconds, and holds nobody up for longer.
    public var now: Extraction.Progress {
        let moment = ContinuousClock.now
        let read = readByteCount.load(ordering: .relaxed)
        let hasSegments = hasSegments.load(ordering: .relaxed)
        let isCompiling = Compilation.isUnderWay
        return state.withLock { state in
            var progress = state.progress
            progress.readByteCount = min(read, progress.totalByteCount)
            guard progress.phase != .ended else { return progress }
            progress.seconds = (moment - state.start) / .seconds(1)
            if progress.phase == .reading, hasSegments { progress.phase = .embedding }
            if progress.phase != .comparing, isCompiling { progress.phase = .compiling }
            progress.timesRealTime = state.sound.perSecond
            progress.secondsLeft =
                progress.totalByteCount > 0
                ? state.bytes.secondsLeft(until: Double(progress.totalByteCount), at: moment)
                : state.recordings.secondsLeft(until: Double(progress.totalCount), at: moment)
            return progress
        }
    }

    /// The output folder is being compared with the inputs from now on.
    func begin() {
        readByteCount.store(0, ordering: .relaxed)
        hasSegments.store(false, ordering: .relaxed)
        state.withLock { $0 = State(start: .now) }
    }

    /// These are to be embedded, and decoding begins.
    func begin(_ inputs: InputList, devices: [DeviceShare]) {
        let byteCount = inputs.indices.reduce(0) {
            $0.addingClamped(max(0, inputs.facts(of: $1).byteCount))
        }
        let moment = ContinuousClock.now
        state.withLock { state in
            state.progress.phase = .reading
            (state.progress.totalCount, state.progress.totalByteCount) = (inputs.count, byteCount)
            state.progress.devices = devices
            state.bytes = RecentRate(start: moment)
            (state.sound, state.recordings) = (state.bytes, state.bytes)
        }
    }

    /// Counts bytes that a first pass has read; called for each block, by any thread.
    func addRead(_ byteCount: Int) { readByteCount.wrappingAdd(byteCount, ordering: .relaxed) }

    /// A segment is on its way to the device; called for each one, by any thread.
    func addDecoded() { hasSegments.store(true, ordering: .relaxed) }

    /// Counts what came back from the device in a batch.
    func add(
        _ events: [RecordingEvent<EncodedSegment>], of inputs: InputList,
        finished: FinishedRecordings, devices: [DeviceShare]
    ) {
        let moment = ContinuousClock.now
        state.withLock { state in
            for event in events { state.add(event, inputs) }
            state.progress.byteCount = Int(state.byteCount)
            state.progress.finishedCount = finished.count
            state.progress.failedCounts = finished.failedCounts
            state.progress.devices = devices
            state.bytes.add(state.byteCount, at: moment)
            state.sound.add(state.progress.soundSeconds, at: moment)
            state.recordings.add(Double(finished.count), at: moment)
        }
    }

    /// Nothing comes any more.
    func end() {
        state.withLock { state in
            state.progress.phase = .ended
            state.progress.seconds = (ContinuousClock.now - state.start) / .seconds(1)
            let sound = state.progress.soundSeconds
            state.progress.timesRealTime =
                sound > 0 ? sound / max(state.progress.seconds, 1e-3) : nil
            state.progress.secondsLeft = nil
            state.open = [:]
        }
    }
}

extension ProgressMeter.State {
    mutating func add(_ event: RecordingEvent<EncodedSegment>, _ inputs: InputList) {
        switch event {
        case .flush: return
        case .opened(let number, let facts):
            let segmentCount = Double(max(1, facts.embeddedSegmentCount))
            open[number] = .init(
                bytesPerSegment: Double(inputs.facts(of: number).byteCount) / segmentCount,
                secondsPerSegment: facts.seconds / segmentCount)
        case .segment(let number, _, _):
            progress.segmentCount += 1
            guard var recording = open[number] else { return }
            progress.soundSeconds += recording.secondsPerSegment
            byteCount += recording.bytesPerSegment
            recording.countedBytes += recording.bytesPerSegment
            open[number] = recording
        case .finished(let number), .failed(let number, _):
            let counted = open.removeValue(forKey: number)?.countedBytes ?? 0
            byteCount += Double(inputs.facts(of: number).byteCount) - counted
        }
    }
}
