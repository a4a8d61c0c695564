import Synchronization

/// What drivers compile at the moment, anywhere in this process.
///
/// No call of OpenCL interrupts a compiler. Whoever has to end meanwhile leaves its thread behind, and ends the process
/// without waiting for it, or lets nothing new begin and waits for what has (``end()``).
package enum Compilation {
    private struct State {
        var buildCount = 0
        /// First launches of kernels: pocl compiles for their sizes before it starts them.
        var launches: [Event] = []
        var hasEnded = false
    }

    private static let state = Mutex(State())

    /// True while a program is built, or a kernel that was never launched in this size waits for its start.
    package static var isUnderWay: Bool {
        state.withLock { state in
            state.launches.removeAll { !$0.isBeforeStart }
            return state.buildCount > 0 || !state.launches.isEmpty
        }
    }

    /// True once no compiler may begin: what fails then says nothing about the device.
    package static var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Lets no compiler begin any more in this process: what is under way ends, and nothing follows it.
    package static func end() { state.withLock { $0.hasEnded = true } }

    /// Runs `body`, which may call the compiler for the program or kernel `name`.
    ///
    /// - Throws: ``OpenCLError/notCompiled(name:)`` after ``end()``; what `body` throws.
    static func during<Result>(
        _ name: String, _ body: () throws(OpenCLError) -> Result
    ) throws(OpenCLError) -> Result {
        let mayBegin = state.withLock { state in
            if !state.hasEnded { state.buildCount += 1 }
            return !state.hasEnded
        }
        guard mayBegin else { throw .notCompiled(name: name) }
        defer { state.withLock { $0.buildCount -= 1 } }
        return try body()
    }

    /// Holds `launch`, for which the driver may compile, until it has started.
    static func watch(_ launch: Event) {
        state.withLock { state in
            state.launches.removeAll { !$0.isBeforeStart }
            state.launches.append(launch)
        }
    }
}
