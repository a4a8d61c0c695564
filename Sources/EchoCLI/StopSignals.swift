import ArgumentParser
import Dispatch
import EchoExtract
import Foundation

/// Makes SIGINT and SIGTERM stop a run after the batch in flight, or at once where its kernels are still being
/// compiled; a second one ends the process at once. In all cases nothing that is committed is lost.
final class StopSignals {
    let request = StopRequest()
    private var sources: [any DispatchSourceSignal] = []

    init() {
        // A file beyond the limit of its size is an error of the write, as a full disk is.
        signal(SIGXFSZ, SIG_IGN)
        handle { [request] in
            if request.isAsked { _exit(ExitStatus.stopped.rawValue) }
            request.stop()
            Console.standard.line(
                "echo-gpu: stopping after the batch in flight; a second signal stops at once")
        }
    }

    /// Makes them end the process at once, for a command that keeps nothing before its end.
    init(endingWith code: ExitCode) {
        handle { _exit(code.rawValue) }
    }

    private func handle(_ handler: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "signals")
        for number in [SIGINT, SIGTERM] {
            // The default would end the process before the source sees the signal.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler(handler: handler)
            source.resume()
            sources.append(source)
        }
    }
}
