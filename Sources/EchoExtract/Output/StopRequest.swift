import EchoOpenCL
import Synchronization

/// Asks a run to stop after the batch in flight, or at once where its kernels are still being compiled; any
/// thread may do so.
public final class StopRequest: Sendable {
    private let asked = Atomic(false)
    private let left = Atomic(false)
    private let awaited = Atomic(false)

    /// Makes one that asks for nothing yet.
    public init() {}

    /// Asks for it; a second time changes nothing.
    public func stop() { asked.store(true, ordering: .relaxed) }

    /// True once it was asked for.
    public var isAsked: Bool { asked.load(ordering: .relaxed) }

    /// True if the run ended while a thread of it was in a driver's compiler, which nothing interrupts: the
    /// process is then to end by `_exit`, behind which that thread does not go on. Not public: a process that
    /// goes on needs nothing of it.
    package var leavesCompiler: Bool { left.load(ordering: .relaxed) }

    /// True, and kept in ``leavesCompiler``, where the run is to end now instead of waiting for a compiler.
    func givesUpCompiling() -> Bool {
        guard isAsked, Compilation.isUnderWay else { return false }
        left.store(true, ordering: .relaxed)
        return true
    }

    /// True once a run looks at this. Before, nothing of it is under way that should end in good order:
    /// whoever stops it may end the process.
    package var isAwaited: Bool { awaited.load(ordering: .relaxed) }

    func beginAwaiting() { awaited.store(true, ordering: .relaxed) }
}
