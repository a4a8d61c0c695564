import Dispatch
import FoundationEssentials
import Synchronization

/// Threads that wait for their next work, by what they do: of a thread that submits to a device OpenMP
/// keeps a team of its own, and starting both anew takes longer than embedding a short signal on a GPU.
final class WorkerPool: Sendable {
    static let shared = WorkerPool()

    /// Seconds that a thread waits before it ends.
    private static let patience = 30.0

    private let idle = Mutex<[String: [Worker]]>([:])

    /// Runs `body` on a thread of this name, which nobody waits for.
    ///
    /// - Throws: ``EchoError`` of kind `system` if the system gives no thread.
    func run(_ name: String, _ body: @escaping @Sendable () -> Void) throws(EchoError) {
        if let worker = idle.withLock({ $0[name]?.popLast() }) { return worker.give(body) }
        // With those that OpenMP makes for it: without them it ends the process.
        try WorkerThread.require(ProcessInfo.processInfo.activeProcessorCount + 1)
        let worker = Worker()
        worker.give(body)
        try WorkerThread.start(name) { [self] in serve(worker, name) }
    }

    /// Does what a worker is given, until nothing comes for a while.
    private func serve(_ worker: Worker, _ name: String) {
        while let body = worker.take(within: Self.patience) ?? last(worker, name) {
            body()
            idle.withLock { $0[name, default: []].append(worker) }
        }
    }

    /// What a worker was given while it lost its patience; nil if it may end.
    private func last(_ worker: Worker, _ name: String) -> (@Sendable () -> Void)? {
        let isForgotten = idle.withLock { idle in
            let before = idle[name]?.count
            idle[name]?.removeAll { $0 === worker }
            return idle[name]?.count != before
        }
        // Else somebody has taken it out of the pool, and is about to give it work.
        return isForgotten ? nil : worker.take(within: .infinity)
    }
}

/// A thread's next work.
private final class Worker: Sendable {
    private let body = Mutex<(@Sendable () -> Void)?>(nil)
    private let hasWork = DispatchSemaphore(value: 0)

    func give(_ body: @escaping @Sendable () -> Void) {
        self.body.withLock { $0 = body }
        hasWork.signal()
    }

    func take(within seconds: Double) -> (@Sendable () -> Void)? {
        let end: DispatchTime = seconds.isFinite ? .now() + seconds : .distantFuture
        guard hasWork.wait(timeout: end) == .success else { return nil }
        return body.withLock { body in
            defer { body = nil }
            return body
        }
    }
}
