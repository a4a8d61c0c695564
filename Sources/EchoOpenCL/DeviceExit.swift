import COpenCL
import Dispatch
import Glibc
import Synchronization

/// Lets devices come to the end of what they have begun before the process takes its drivers down: pocl's
/// threads, which compute then, would meet what is gone and end the process by SIGABRT.
///
/// Nothing is launched any more once the process exits.
enum DeviceExit {
    /// Seconds that a driver which does not come to an end is waited for.
    private static let patience = 10.0

    /// The queues that there are, as numbers; each takes itself out before it is released.
    private static let queues = Mutex<Set<Int>>([])
    private static let hasBegun = Atomic(false)
    private static let hasWorked = Atomic(false)
    /// Threads that are launching.
    private static let launching = Atomic(0)
    /// The process that has the queues: a child of it has none of its drivers' threads.
    private static let owner = Atomic<pid_t>(0)

    static func add(_ queue: cl_command_queue) {
        let isFirst = queues.withLock { queues in
            queues.insert(Int(bitPattern: queue))
            return queues.count == 1
        }
        if isFirst { register() }
    }

    static func remove(_ queue: cl_command_queue) {
        _ = queues.withLock { $0.remove(Int(bitPattern: queue)) }
    }

    /// Notes that a device has done something. What is registered last runs first: after what a driver's
    /// compiler registered when it was used the first time.
    static func noteWork() {
        if !hasWorked.exchange(true, ordering: .relaxed) { register() }
    }

    /// Launches `kernel`.
    ///
    /// - Throws: ``OpenCLError/launch(kernel:problem:)`` where the process exits.
    static func launching(
        _ kernel: String, _ launch: () throws(OpenCLError) -> Void
    ) throws(OpenCLError) {
        launching.add(1, ordering: .sequentiallyConsistent)
        defer { launching.subtract(1, ordering: .sequentiallyConsistent) }
        guard !hasBegun.load(ordering: .sequentiallyConsistent) else {
            throw .launch(kernel: kernel, problem: "the process exits")
        }
        try launch()
    }

    private static func register() {
        owner.store(getpid(), ordering: .sequentiallyConsistent)
        atexit { DeviceExit.wait() }
    }

    /// Waits on a thread of its own, since no call of OpenCL gives up after a while.
    private static func wait() {
        guard owner.load(ordering: .sequentiallyConsistent) == getpid() else { return }
        hasBegun.store(true, ordering: .sequentiallyConsistent)
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            while launching.load(ordering: .sequentiallyConsistent) > 0 { usleep(1000) }
            for handle in retained() { clFinish(handle) }
            ended.signal()
        }
        _ = ended.wait(timeout: .now() + patience)
    }

    /// The queues, which nobody releases any more.
    private static func retained() -> [cl_command_queue] {
        queues.withLock { queues in
            queues.compactMap { number in
                let queue = cl_command_queue(bitPattern: number)
                if let queue { clRetainCommandQueue(queue) }
                return queue
            }
        }
    }
}
