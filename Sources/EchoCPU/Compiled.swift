import Synchronization

/// What was compiled for each set of sizes. It is kept as long as the process runs: there are only
/// as many sets as numbers of rows in a group.
final class Compiled<Sizes: Hashable & Sendable, Value: Sendable>: Sendable {
    private let values = Mutex<[Sizes: Value]>([:])

    /// The value for these sizes; the first to ask makes it, others wait.
    func value(for sizes: Sizes, make: () -> Value) -> Value {
        values.withLock { values in
            if let known = values[sizes] { return known }
            let value = make()
            values[sizes] = value
            return value
        }
    }
}
