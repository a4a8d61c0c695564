import CEchoGPU
import EchoExtract

/// Why a function of the library fails: what the thread's last error then says.
struct Failure: Error {
    let code: Int32
    let kind: String
    let text: String
    /// Which signal of the call it was; -1 if it was no single one.
    var index: Int64 = -1

    init(_ error: EchoError, index: Int? = nil) {
        (code, kind, text) = (error.kind.status, error.kind.rawValue, error.message)
        self.index = index.map(Int64.init) ?? -1
    }

    init(_ failure: MemoryFailure) { self.init(failure.error, index: failure.index) }

    /// A call that asks for something that cannot be.
    static func usage(_ text: String, index: Int? = nil) -> Failure {
        Failure(EchoError(.usage, text), index: index)
    }

    /// A process that `fork` made of one that used the library.
    static var fork: Failure {
        Failure(
            code: Int32(ECHO_GPU_SYSTEM), kind: "fork",
            text: """
                this process was forked from one that used echo-gpu, whose threads and devices a fork \
                does not take along. Start processes with spawn or forkserver, and open an encoder in \
                each.
                """)
    }

    private init(code: Int32, kind: String, text: String) {
        (self.code, self.kind, self.text) = (code, kind, text)
    }

    /// Runs `work`; what it throws becomes a ``Failure``.
    static func translating<Result>(
        _ work: () throws(EchoError) -> Result
    ) throws(Failure) -> Result {
        do throws(EchoError) { return try work() } catch { throw Failure(error) }
    }
}

/// Runs a function's work; what it throws becomes the thread's last error and what the function returns.
func status(_ work: () throws(Failure) -> Void) -> Int32 {
    do throws(Failure) {
        try work()
        return Int32(ECHO_GPU_OK)
    } catch {
        LastError.set(error)
        return error.code
    }
}
