import Foundation
import Synchronization

/// Processor time of each thread of this process, by its name, as Linux counts it: of threads that end
/// as it was at most ``interval`` before.
final class ThreadTimes: Sendable {
    private static let interval = 0.01
    private static let ownName = "thread times"

    /// Seconds by the number of the thread, with its name; and those before.
    private let seen = Mutex<[Int: (name: String, seconds: Double)]>([:])
    private let before: [Int: Double]
    private let isDone = Mutex(false)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts to watch.
    init() {
        before = Self.look().mapValues(\.seconds)
        let thread = Thread { [self] in
            let comm = FileHandle(forWritingAtPath: "/proc/thread-self/comm")
            comm?.write(Data(Self.ownName.utf8))
            while !isDone.withLock(\.self) {
                note()
                Thread.sleep(forTimeInterval: Self.interval)
            }
            note()
            ended.signal()
        }
        thread.start()
    }

    /// Stops watching.
    func stop() {
        isDone.withLock { $0 = true }
        ended.wait()
    }

    /// Seconds that watching itself took.
    var ownSeconds: Double { byThread.reduce(0) { $1.name == Self.ownName ? $0 + $1.seconds : $0 } }

    /// Seconds of the stages, by the first word of their threads' names; of the main thread `main`.
    var stages: [String: Double] {
        byThread.filter { $0.name != Self.ownName }.reduce(into: [:]) {
            $0[$1.name.split(separator: " ").first.map(String.init) ?? "", default: 0] += $1.seconds
        }
    }

    private var byThread: [(name: String, seconds: Double)] {
        let own = Int(getpid())
        return seen.withLock { threads in
            threads.map { number, thread in
                (
                    name: number == own ? "main" : thread.name,
                    seconds: thread.seconds - (before[number] ?? 0)
                )
            }
        }
    }

    private func note() {
        let now = Self.look()
        seen.withLock { $0.merge(now) { $1 } }
    }

    /// Every thread that there is now.
    private static func look() -> [Int: (name: String, seconds: Double)] {
        let folder = "/proc/self/task"
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var threads: [Int: (name: String, seconds: Double)] = [:]
        for task in tasks {
            guard let number = Int(task), let name = text("\(folder)/\(task)/comm"),
                let times = text("\(folder)/\(task)/schedstat"),
                let nanoseconds = times.split(separator: " ").first.flatMap({ Double($0) })
            else { continue }
            threads[number] = (name.trimmingCharacters(in: .newlines), nanoseconds * 1e-9)
        }
        return threads
    }

    /// Nil if the thread has ended.
    private static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
