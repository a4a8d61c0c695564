import Dispatch
import FoundationEssentials

/// Copies of many segments into a batch by several threads at once: copying is half of what submitting a batch
/// takes (`echo-bench host`), and of threads that submit a device has one.
package enum SharedCopying {
    /// Threads: on machines of few processors one, since decoders keep the others busy.
    static let threadCount = max(1, min(4, ProcessInfo.processInfo.activeProcessorCount / 4))

    /// Calls `copy` with every number below `count`, each once; several at the same time.
    package static func forEach(
        _ count: Int, threads: Int = threadCount, _ copy: @Sendable (Int) -> Void
    ) {
        let threads = min(threads, count)
        guard threads > 1 else { return (0..<count).forEach(copy) }
        DispatchQueue.concurrentPerform(iterations: threads) { part in
            (part * count / threads..<(part + 1) * count / threads).forEach(copy)
        }
    }
}
