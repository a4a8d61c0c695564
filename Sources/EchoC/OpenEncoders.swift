import EchoExtract
import Synchronization

/// The encoders that are open, by their handles: numbers that are never given out again, so that a closed
/// handle, or what was never one, is told from an open one and never followed as an address.
enum OpenEncoders {
    private struct State {
        var last = firstHandle
        var encoders: [Int: Echo] = [:]
    }

    /// Handles are odd, which no address of an object is, and never null.
    private static let firstHandle = 0xEC01
    private static let step = 2
    private static let state = Mutex(State())

    static func add(_ echo: Echo) -> OpaquePointer? {
        let handle = state.withLock { state in
            state.last += step
            state.encoders[state.last] = echo
            return state.last
        }
        return OpaquePointer(bitPattern: handle)
    }

    /// The encoder of a handle, which stays for as long as the caller keeps it.
    ///
    /// - Throws: ``Failure`` of kind `usage` if it is not open, of kind `fork` in a forked child.
    static func encoder(_ handle: OpaquePointer?) throws(Failure) -> Echo {
        // Before any lock: another thread may have held it when the process was forked.
        if ForkGuard.isChild { throw .fork }
        guard let handle else { throw .usage("the encoder is null; open one first") }
        let number = Int(bitPattern: handle)
        let (encoder, last) = state.withLock { ($0.encoders[number], $0.last) }
        if let encoder { return encoder }
        let isOld = number > firstHandle && number <= last && (number - firstHandle) % step == 0
        throw .usage(
            isOld
                ? "the encoder is closed; open it again"
                : "the encoder is none that echo_gpu_open gave; pass what it gave")
    }

    /// Forgets an encoder.
    static func remove(_ handle: OpaquePointer) -> Echo? {
        state.withLock { $0.encoders.removeValue(forKey: Int(bitPattern: handle)) }
    }
}
