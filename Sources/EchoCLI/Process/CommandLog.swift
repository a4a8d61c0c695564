import ArgumentParser
import EchoExtract
import EchoFormats
import Glibc
import Logging
import Synchronization

/// How messages are written: what a line looks like.
enum LogFormat: String, CaseIterable, Sendable, ExpressibleByArgument {
    case text, json
}

/// Where the messages of this process go: to the console, and to a log file if one is asked for.
final class CommandLog: Sendable {
    static let standard = CommandLog()

    /// What the command line asks for.
    struct Settings: Sendable {
        /// The least level that the console shows.
        var consoleLevel = Logger.Level.notice
        /// Nil: lines for people, without the time.
        var format: LogFormat?
        var file: String?
    }

    private struct State {
        var settings = Settings()
        var file: LogFile?
    }

    private let state = Mutex(State())

    /// Takes what the command line asks for.
    ///
    /// - Throws: ``EchoError`` of kind `create` if the log file cannot be opened.
    func begin(_ settings: Settings) throws(EchoError) {
        let file = try settings.file.map { path throws(EchoError) in
            try LogFile(path: path, format: settings.format ?? .text)
        }
        state.withLock { $0 = State(settings: settings, file: file) }
    }

    /// The least level that anything is done with.
    var level: Logger.Level {
        state.withLock { $0.file == nil ? $0.settings.consoleLevel : .debug }
    }

    /// True if messages on the console are lines of JSON.
    var isJSON: Bool { state.withLock { $0.settings.format == .json } }

    /// Says how the command ended, in the log file alone: the last line of it.
    func end(_ status: Int32) {
        write(
            LogMessage(
                level: .info, "ended with exit status \(status)",
                ["exit_status": .stringConvertible(Int(status))]), isForFile: true)
    }

    /// Writes a message.
    ///
    /// - Parameter isForFile: The console has it in another way, such as the summary on standard output.
    func write(_ message: LogMessage, isForFile: Bool = false) {
        let (settings, file) = state.withLock { ($0.settings, $0.file) }
        if !isForFile, message.level >= settings.consoleLevel {
            Console.standard.line(message.text(forConsole: settings.format))
        }
        guard let file, message.level >= .debug else { return }
        if let problem = file.write(message) {
            Console.standard.line(
                LogMessage(level: .warning, problem).text(forConsole: settings.format))
        }
    }
}

/// A file that messages are appended to, a line each.
private final class LogFile: Sendable {
    private let path: String
    private let format: LogFormat
    private let descriptor: Int32
    private let hasFailed = Atomic(false)

    init(path: String, format: LogFormat) throws(EchoError) {
        (self.path, self.format) = (path, format)
        guard !Self.isBinary(path) else {
            throw EchoError(
                .create,
                """
                the log file \(path) is there already and is no text, so it stays as it is. Give \
                --log-file another name.
                """)
        }
        descriptor = open(
            path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else {
            throw EchoError(
                .create,
                """
                the log file \(path) cannot be opened: \(String(cString: strerror(errno))). Let --log-file \
                name a file in a folder that is there and that you may write to.
                """)
        }
        // A FIFO that nobody reads is not waited for; one that somebody reads is written to as a file.
        _ = fcntl(descriptor, F_SETFL, O_APPEND)
    }

    deinit { close(descriptor) }

    /// Whether a file has bytes that no text has: a recording, named by a slip.
    private static func isBinary(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return false
        }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return bytes.prefix(max(0, count)).contains(0)
    }

    /// Appends a line by one call, so that the lines of several processes do not mix.
    ///
    /// - Returns: What is wrong, the first time that something is.
    func write(_ message: LogMessage) -> String? {
        let bytes = Array((message.line(format) + "\n").utf8)
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count != bytes.count else { return nil }
        let reason = count < 0 ? String(cString: strerror(errno)) : "no room"
        guard !hasFailed.exchange(true, ordering: .relaxed) else { return nil }
        return "the log file \(path) cannot be written: \(reason). The run goes on; lines are "
            + "missing in the file."
    }
}
