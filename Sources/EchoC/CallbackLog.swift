import CEchoGPU
import Logging

/// Passes messages to a caller's function.
// Sendable: an encoder is opened on the thread that called, and logs nothing later.
struct CallbackLog: LogHandler, @unchecked Sendable {
    let log: echo_gpu_log
    let context: UnsafeMutableRawPointer?
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    static func logger(_ log: @escaping echo_gpu_log, _ context: UnsafeMutableRawPointer?)
        -> Logger
    {
        Logger(label: "echo-gpu") { _ in CallbackLog(log: log, context: context) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let level =
            switch event.level {
            case .trace, .debug: "debug"
            case .info, .notice: "info"
            case .warning, .error, .critical: "warning"
            }
        log(context, level, "\(event.message)")
    }
}
