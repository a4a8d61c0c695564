import Logging

/// What `Logger` writes to: the console and the log file, as ``CommandLog`` was told.
struct ConsoleLogHandler: LogHandler {
    var metadata = Logger.Metadata()
    var logLevel: Logger.Level

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let members = metadata.merging(event.metadata ?? [:]) { $1 }
        CommandLog.standard.write(LogMessage(level: event.level, "\(event.message)", members))
    }

    /// A logger that writes to the console, and to the log file if there is one.
    static func logger() -> Logger {
        Logger(label: "echo-gpu") { _ in ConsoleLogHandler(logLevel: CommandLog.standard.level) }
    }
}
