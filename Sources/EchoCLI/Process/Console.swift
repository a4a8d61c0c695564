import EchoFormats
import Glibc
import Logging
import Synchronization

/// The error stream: whole lines, and at the bottom of a terminal a progress bar that they do not
/// break. What is written is escaped here, so that no name of a file reaches a terminal as it is.
final class Console: Sendable {
    static let standard = Console()

    /// True where stderr is a terminal.
    let isTerminal = isatty(STDERR_FILENO) == 1
    private let bar = Mutex("")

    /// Writes a line: a line break in it is escaped like all else that is not to be seen.
    func line(_ text: String) {
        let text = shown(text)
        bar.withLock { bar in
            write(bar.isEmpty ? text + "\n" : "\r\u{1B}[K\(text)\n\(bar)")
        }
    }

    /// Draws the progress bar, or removes it where `text` is empty.
    func draw(bar text: String) {
        let text = shown(text)
        bar.withLock { bar in
            if bar != text { write("\r\u{1B}[K" + text) }
            bar = text
        }
    }

    private func write(_ text: String) {
        // A closed stderr is no reason to stop embedding.
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}

/// Writes log messages to the console: `echo-gpu: warning: …`; notices without their level.
struct ConsoleLogHandler: LogHandler {
    var metadata = Logger.Metadata()
    var logLevel: Logger.Level

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let level = event.level >= .warning ? "\(event.level): " : ""
        Console.standard.line("echo-gpu: \(level)\(event.message)")
    }

    /// A logger that writes to the console; with `verbose`, details as well.
    static func logger(verbose: Bool = false) -> Logger {
        Logger(label: "echo-gpu") { _ in
            ConsoleLogHandler(logLevel: verbose ? .debug : .notice)
        }
    }
}
