import Synchronization

/// Asks a run to stop after the batch in flight; any thread may do so.
package final class StopRequest: Sendable {
    private let asked = Atomic(false)

    package init() {}

    package func stop() { asked.store(true, ordering: .relaxed) }

    package var isAsked: Bool { asked.load(ordering: .relaxed) }
}
