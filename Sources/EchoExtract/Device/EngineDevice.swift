import EchoGraph
import EchoModel
import EchoOpenCL
import EchoStore
import EchoTensor

/// The device of an engine, and what became of it: it may have to make do with less at a time, be
/// opened again, or give way to the CPU path.
// Sendable: the runner is handed over by whoever opened the device, and from then on is only used
// under the engine's mutex.
struct EngineDevice: @unchecked Sendable {
    private var choice: DeviceChoice
    private(set) var runner: any Runner
    /// Runners before this one.
    private(set) var generation = 0
    /// Tokens that are enough to fail; nil if nothing has failed for its size.
    private var exhaustingTokenCount: Int?
    /// What happened to the device, a line each.
    private(set) var incidents: [String] = []
    /// Bytes of the memory plan of the largest batch so far.
    private(set) var peakByteCount = 0
    /// Nodes that ran on the CPU path although the device is another, with the device's reason.
    private(set) var declinedNodes: [String: String] = [:]

    init(_ choice: DeviceChoice) {
        self.choice = choice
        runner = choice.makeRunner()
    }

    var name: String { choice.name }

    /// Tokens that fit in the device's memory at once.
    func tokenLimit(_ configuration: Configuration) -> Int {
        min(runner.tokenLimit(configuration), exhaustingTokenCount.map { max($0 / 2, 1) } ?? .max)
    }

    /// Gives the device a graph; a failure is part of what is given back, since others may wait.
    mutating func submit(
        _ graph: Graph, _ inputs: [String: GraphInput]
    ) -> SharedSubmission {
        let result = Result { try runner.submit(graph, inputs: inputs) }
        if case .success(let submission) = result {
            peakByteCount = max(peakByteCount, submission.peakByteCount)
            declinedNodes.merge(submission.declined.map { ($0.label, $0.reason) }) { $1 }
        }
        return SharedSubmission(
            result: result, device: name, kind: choice.kind, generation: generation)
    }

    /// Takes back the memory of a submission that was waited for.
    func retire(_ submission: SharedSubmission) {
        if let run = try? submission.result.get() { runner.retire(run) }
    }

    /// Lets a runner that failed come to rest, unless it was replaced.
    func clear(_ generation: Int) {
        if generation == self.generation { runner.clear() }
    }

    /// Notes that a batch was too large for the device: from now on batches are half of it at most.
    ///
    /// - Parameters:
    ///   - generation: Of the runner that had the batch.
    ///   - error: What the device said.
    mutating func exhausted(_ generation: Int, tokens count: Int, _ error: OpenCLError) {
        guard generation == self.generation, count < exhaustingTokenCount ?? .max else { return }
        exhaustingTokenCount = count
        incidents.append(
            "\(name) could not take a batch of \(count) tokens (\(error.reason)): from "
                + "then on batches were at most half of it")
    }

    /// Puts another runner in the place of one that was lost: the device opened again the first time,
    /// then the CPU path where it may take over.
    ///
    /// - Parameters:
    ///   - generation: Of the lost one; nothing is done if it was replaced already.
    ///   - error: What the device said.
    /// - Throws: `error` if there is nothing to replace it by.
    mutating func replace(_ generation: Int, _ error: OpenCLError) throws {
        guard generation == self.generation else { return }
        let lost = "\(name) was lost (\(error.reason))"
        if generation == 0, let again = try? choice.reopened() {
            choice = again
            incidents.append("\(lost) and opened again")
        } else if choice.fallsBack {
            choice = DeviceChoice(
                backend: nil, reason: "another was lost", trace: choice.trace)
            incidents.append("\(lost): \(choice.name) took over")
        } else {
            throw error
        }
        self.generation += 1
        runner = choice.makeRunner()
        exhaustingTokenCount = nil
    }
}

/// A submission that any thread may wait for, or why there is none.
// Sendable: waiting uses pending tensors alone, which are; only its device releases its memory.
struct SharedSubmission: @unchecked Sendable {
    let result: Result<Submission, any Error>
    /// The device's name.
    let device: String
    let kind: DeviceKind
    /// The device's runner, see ``EngineDevice/generation``.
    let generation: Int

    func wait() throws -> [String: HostTensor] { try result.get().wait() }
}
