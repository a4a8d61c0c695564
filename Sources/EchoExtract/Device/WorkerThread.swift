import Dispatch
import EchoOpenCL
import EchoTensor
import FoundationEssentials
import Glibc

/// Threads, made so that a system that gives none is noticed: a driver's end the process
/// then.
package enum WorkerThread {
    /// What a thread is given to do.
    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            (self.name, self.body) = (name, body)
        }
    }

    /// Runs `body` on a thread of this name, which nobody waits for.
    ///
    /// - Throws: ``EchoError`` of kind `system` if the system gives no thread.
    package static func start(
        _ name: String, _ body: @escaping @Sendable () -> Void
    ) throws(EchoError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        let work = Unmanaged.passRetained(Work(name, body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                WorkerThread.run(argument)
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            var stackSize = 0
            pthread_attr_getstacksize(&attributes, &stackSize)
            throw refusal(code, stackSize)
        }
    }

    /// What `body` gives on a thread of this name; the task that awaits it takes none.
    static func result<Success: Sendable>(
        _ name: String, _ body: @escaping @Sendable () throws(EchoError) -> Success
    ) async -> Result<Success, EchoError> {
        await withCheckedContinuation { continuation in
            let work = CallFailure.inheriting {
                continuation.resume(returning: Result(catching: body))
            }
            do throws(EchoError) { try start(name, work) } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }

    /// What a thread does: all that it was given.
    private static func run(_ argument: UnsafeMutableRawPointer?) {
        guard let argument else { return }
        let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        nameThread(work.name)
        work.body()
    }

    /// Names the thread that this is, for debuggers; the system takes 15 bytes.
    ///
    /// By its file: `pthread_setname_np` is not in Swift's Glibc.
    private static func nameThread(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(name.utf8.prefix(15))
        _ = write(descriptor, bytes, bytes.count)
    }

    /// Makes sure that the system gives `count` threads more, by taking them for a moment.
    ///
    /// For those that libraries make: pocl and OpenMP end the process where they get none.
    ///
    /// - Throws: ``EchoError`` of kind `system` if it does not.
    static func require(_ count: Int) throws(EchoError) {
        let (gate, ended) = (DispatchSemaphore(value: 0), DispatchGroup())
        var startedCount = 0
        defer {
            for _ in 0..<startedCount { gate.signal() }
            ended.wait()
        }
        while startedCount < count {
            ended.enter()
            do throws(EchoError) {
                try start("probe") {
                    gate.wait()
                    ended.leave()
                }
            } catch {
                ended.leave()
                throw error
            }
            startedCount += 1
        }
    }

    /// The system answers alike where there is no memory for a thread's stack.
    private static func refusal(_ code: Int32, _ stackSize: Int) -> EchoError {
        guard MemoryRoom.has(stackSize) else {
            return EchoError(MemoryError(stackSize, for: "a thread's stack"))
        }
        return EchoError(
            .system,
            """
            no thread could be made: \(String(cString: strerror(code))). Raise the limit of threads: \
            'ulimit -u' says this user's, a container has one of its own (pids).
            """)
    }
}

extension Platform {
    /// Every platform, as ``all()`` finds them, once it is known that there are threads for a driver's
    /// workers: pocl makes one a processor, and ends the process where it gets none.
    static func listed() throws -> [Platform] {
        try WorkerThread.require(ProcessInfo.processInfo.activeProcessorCount + 1)
        return try all()
    }
}
