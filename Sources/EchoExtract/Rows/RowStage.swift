import EchoSignal
import EchoStore

/// The pipeline's last stage if nothing is written: takes recordings in any order and hands them out
/// in the order of the inputs.
struct RowStage {
    private let inputs: InputDiscovery
    private let level: Extraction.Level
    private let gate: WaitingRowsLimit
    /// The recording whose turn it is, and those after it that have begun.
    private var head = 0
    private var begun: [Int: OrderedRecording] = [:]
    /// What could not be looked at, by where it comes from, and how much of it was handed out.
    private let problems: [RecordingRow]
    private let problemOrigins: [Int32]
    private var problemCount = 0

    private(set) var embeddedCount = 0
    private(set) var failedCount = 0
    private(set) var segmentCount = 0
    private(set) var soundSeconds = 0.0

    init(_ inputs: InputDiscovery, level: Extraction.Level, gate: WaitingRowsLimit) {
        (self.inputs, self.level, self.gate) = (inputs, level, gate)
        let origins = inputs.problemOrigins
        let order = inputs.problems.indices.sorted { (origins[$0], $0) < (origins[$1], $1) }
        problemOrigins = order.map { origins[$0] }
        problems = order.map {
            RecordingRow(.init(inputs.problems[$0]), number: origins[$0])
        }
    }

    /// Recordings that were handed out.
    var finishedCount: Int { head }
    var isDone: Bool { head == inputs.inputs.count }

    /// Takes the next event of any recording; ``handNext(_:)`` hands out what that completes.
    mutating func take(_ event: RecordingEvent<EncodedSegment>) {
        switch event {
        case .flush: return
        case .opened(let number, let facts): begun[number] = OrderedRecording(facts)
        case .segment(let number, let channel, let segment):
            segmentCount += 1
            begun[number]?.add(segment, channel: channel, limit: .greatestFiniteMagnitude)
        case .finished(let number): begun[number]?.finish()
        case .failed(let number, let failure):
            if begun[number] == nil { begun[number] = OrderedRecording(failure) }
            begun[number]?.fail(failure)
        }
    }

    /// Hands out the recording whose turn it is, once it is complete.
    ///
    /// - Parameter hand: Takes its rows, and those of what could not be looked at and comes before it.
    /// - Returns: False if it is not complete yet, or was the last one.
    mutating func handNext<Stop: Error>(
        _ hand: (RecordingRow) throws(Stop) -> Void
    ) throws(Stop) -> Bool {
        guard let recording = begun[head], !recording.isOpen else { return false }
        begun[head] = nil
        try handProblems(before: inputs.origins[head], hand)
        try handOut(recording, hand)
        head += 1
        gate.advance(to: head)
        return true
    }

    /// Hands out what could not be looked at and comes after every recording.
    mutating func finish<Stop: Error>(
        hand: (RecordingRow) throws(Stop) -> Void
    ) throws(Stop) {
        try handProblems(before: .max, hand)
    }

    private mutating func handProblems<Stop: Error>(
        before origin: Int32, _ hand: (RecordingRow) throws(Stop) -> Void
    ) throws(Stop) {
        while problemCount < problems.count, problemOrigins[problemCount] < origin {
            let problem = problems[problemCount]
            problemCount += 1
            failedCount += 1
            try hand(problem)
        }
    }

    private mutating func handOut<Stop: Error>(
        _ recording: OrderedRecording, _ hand: (RecordingRow) throws(Stop) -> Void
    ) throws(Stop) {
        let (input, number) = (inputs.inputs[head], inputs.origins[head])
        guard case .finished = recording.state, let facts = recording.facts else {
            failedCount += 1
            if case .failed(let failure) = recording.state {
                try hand(RecordingRow(input, number: number, failure))
            }
            return
        }
        embeddedCount += 1
        soundSeconds += facts.seconds
        for (channel, utterance) in recording.utterances.enumerated() {
            let row = RecordingRow(
                input, number: number, recording.embedding(of: channel, facts),
                utterance: level.wantsUtterance ? utterance : [],
                segments: level.wantsSegments ? recording.waitingRows(of: channel) : [])
            try hand(row)
        }
    }
}
