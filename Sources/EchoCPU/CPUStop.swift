import Synchronization

/// Lets a run on the CPU path end early. The run looks between the nodes of a graph, and between
/// the groups of sequences within a node: every few milliseconds.
///
/// It belongs to the thread that computes (and what it calls): `CPUStop.$current.withValue(stop) { ... }`.
package final class CPUStop: Sendable {
    /// The one that this thread listens to; nil if nobody stops it.
    @TaskLocal package static var current: CPUStop?

    private let asked = Atomic(false)

    package init() {}

    // In one order with ``ProcessExit/isComputing``: who has stopped all, and then sees that nobody computes,
    // may rely on it.
    package func stop() { asked.store(true, ordering: .sequentiallyConsistent) }

    package var isAsked: Bool { asked.load(ordering: .sequentiallyConsistent) }
}

/// What a run on the CPU path ends with if somebody stopped it, or the process is about to end.
package struct CPUStopped: Error, CustomStringConvertible {
    package var description: String { "the CPU path was stopped" }
}
