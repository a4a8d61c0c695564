import EchoFormats
import EchoSignal
import EchoStore

/// What is to do for a share of the recordings.
struct ShareMeasure {
    /// What the folder holds; nil if there is none to compare with.
    let known: FolderContents?
    let survey: WorkSurvey
    let speed: PlannedSpeed?
    let partSize: Int
    /// Nil without a model.
    let output: PlannedOutput?

    /// Seconds that one process takes for a recording; 0 if the folder has it, nil if nobody knows its speed.
    func seconds(for input: Input, number: Int) -> Double? {
        guard let speed else { return nil }
        switch known?.state(of: input) {
        case .embedded, .failed(_, passing: false): return 0
        default: return speed.seconds(for: survey.work(of: input, number: number).tokens)
        }
    }

    /// - Parameters:
    ///   - shard: What the share is called.
    ///   - numbers: The places of its recordings in `inputs`.
    func share(
        _ shard: String, _ numbers: [Int], of inputs: InputList
    ) -> ExtractionPlan.Share {
        var missing: [Int] = []
        var (embedded, failed, byteCount, nameByteCount) = (0, 0, 0, 0)
        var work = RecordingWork()
        for number in numbers {
            let input = inputs[number]
            byteCount = byteCount.addingClamped(input.byteCount)
            switch known?.state(of: input) {
            case .embedded: embedded += 1
            case .failed(_, passing: false): failed += 1
            default:
                missing.append(number)
                nameByteCount += input.path.utf8.count + 2 * input.id.utf8.count
                work += survey.work(of: input, number: number)
            }
        }
        let partCount = OutputPlan.parts(inputs.selecting(missing), size: partSize).count
        let written = output?.byteCount(
            work, nameByteCount: Double(nameByteCount), partCount: partCount)
        return ExtractionPlan.Share(
            shard: shard, recordingCount: numbers.count, byteCount: byteCount,
            partCount: partCount, embeddedCount: known == nil ? nil : embedded,
            failedCount: known == nil ? nil : failed,
            missingCount: known == nil ? nil : missing.count, soundSeconds: work.soundSeconds,
            runSeconds: speed?.seconds(for: work.tokens),
            outputByteCount: written.map { Int(min($0, 0x1p62)) })
    }
}

/// What an output folder holds, as a run would find it.
struct FolderContents {
    private let known: KnownInputs
    private let presence: EmbeddingPresence?

    init(_ path: String) throws {
        let folder = try PartFolder(path: path)
        known = try KnownInputs(
            folder, passingCodes: SignalError.passingCodes, findsLostTables: true)
        let level = try FolderSettings.read(path)?.level
        presence =
            folder.layout == .parts
            ? nil : level.map { EmbeddingPresence(folder: path, level: $0) }
    }

    func state(of input: Input) -> KnownInputs.State {
        let state = known.state(of: RecordingSource(input))
        guard case .embedded(let attempt) = state, presence?.has(input, known) == false else {
            return state
        }
        return .missing(attempt: attempt)
    }
}
