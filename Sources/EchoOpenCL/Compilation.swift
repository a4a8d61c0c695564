import Synchronization

/// What drivers compile at the moment, anywhere in this process.
///
/// No call of OpenCL interrupts a compiler. Whoever has to end meanwhile leaves its thread behind, and ends the process
/// without waiting for it.
package enum Compilation {
    private struct State {
        var buildCount = 0
        /// First launches of kernels: pocl compiles for their sizes before it starts them.
        var launches: [Event] = []
    }

    private static let state = Mutex(State())

    /// True while a program is built, or a kernel that was never launched in this size waits for its start.
    package static var isUnderWay: Bool {
        state.withLock { state in
            state.launches.removeAll { !$0.isBeforeStart }
            return state.buildCount > 0 || !state.launches.isEmpty
        }
    }

    /// Runs `build`, which calls the compiler.
    static func during(_ build: () -> Int32) -> Int32 {
        state.withLock { $0.buildCount += 1 }
        defer { state.withLock { $0.buildCount -= 1 } }
        return build()
    }

    /// Holds `launch`, for which the driver may compile, until it has started.
    static func watch(_ launch: Event) {
        state.withLock { state in
            state.launches.removeAll { !$0.isBeforeStart }
            state.launches.append(launch)
        }
    }
}
