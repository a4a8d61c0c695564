import Synchronization

/// Asks a run to stop after the batch in flight; any thread may do so.
package final class StopRequest: Sendable {
    private let asked = Atomic(false)
    private let awaited = Atomic(false)

    package init() {}

    package func stop() { asked.store(true, ordering: .relaxed) }

    package var isAsked: Bool { asked.load(ordering: .relaxed) }

    /// True once a run looks at this. Before, nothing of it is under way that should end in good order:
    /// whoever stops it may end the process.
    package var isAwaited: Bool { awaited.load(ordering: .relaxed) }

    func beginAwaiting() { awaited.store(true, ordering: .relaxed) }
}
