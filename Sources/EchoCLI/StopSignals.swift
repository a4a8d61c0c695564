import Dispatch
import EchoExtract
import Foundation

/// Makes SIGINT and SIGTERM stop a run after the batch in flight, or at once where its kernels are still being
/// compiled; a second one ends the process at once. In all cases nothing that is committed is lost.
final class StopSignals {
    let request = StopRequest()
    private var sources: [any DispatchSourceSignal] = []

    init() {
        let queue = DispatchQueue(label: "signals")
        for number in [SIGINT, SIGTERM] {
            // The default would end the process before the source sees the signal.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [request] in
                if request.isAsked { _exit(ExitStatus.stopped.rawValue) }
                request.stop()
                Console.standard.line(
                    "echo-gpu: stopping after the batch in flight; a second signal stops at once")
            }
            source.resume()
            sources.append(source)
        }
    }
}
