import ArgumentParser
import EchoExtract
import EchoStore
import Glibc

/// What the process's exit status says.
enum ExitStatus {
    /// `verify` or `model verify` found a difference.
    static let differs = ExitCode(1)
    /// Some recordings could not be embedded, or are not in a list; the others were.
    static let someRecordingsBad = ExitCode(3)
    /// More recordings failed than --max-failures allows.
    static let tooManyFailures = ExitCode(EchoError.Kind.write.status)
    /// A signal stopped it before its end.
    static let stopped = ExitCode(EchoError.Kind.stopped.status)

    /// The status for an error.
    static func code(for error: EchoError) -> ExitCode { ExitCode(error.kind.status) }

    /// The status that a command ends with by throwing this.
    static func code(for error: any Error) -> ExitCode { error as? ExitCode ?? .failure }

    /// Files that a command has open at least: with fewer, Dispatch ends the process by a signal.
    private static let fewestDescriptors = 16

    /// Errors that an option may have caused which nobody typed.
    private static let mayComeFromElsewhere: Set<EchoError.Kind> = [.usage, .model, .hub, .device]

    /// Where values come from that an error may be about, a sentence each.
    private static func origins(of error: EchoError) -> [String] {
        guard mayComeFromElsewhere.contains(error.kind) else { return [] }
        return CompletedArguments.standard.origins(for: error.message).map { "\($0.sentence)." }
    }

    /// A compiler's log has lines of its own; of all else a line break is part of a name.
    ///
    /// - Parameter origins: Part of the error: `--quiet` takes notes away.
    private static func lines(_ error: EchoError, _ origins: [String]) -> [String] {
        let message = error.message
        if error.kind == .device, message.contains("\n") {
            return message.split(separator: "\n").map(String.init) + origins
        }
        let end = origins.isEmpty || message.hasSuffix(".") ? "" : "."
        return [([message + end] + origins).joined(separator: " ")]
    }

    /// Ends the process while a driver compiles: at an exit in good order its threads would meet what is gone.
    static func leave(_ code: ExitCode) -> Never {
        CommandLog.standard.end(code.rawValue)
        fflush(nil)
        _exit(code.rawValue)
    }

    /// Runs a command's work; an error goes to stderr as one line and becomes the exit status.
    ///
    /// - Parameter log: Where messages go.
    static func reporting(
        _ log: LogOptions? = nil, _ work: () throws(EchoError) -> Void
    ) throws {
        do throws(EchoError) {
            try requireDescriptors()
            try log?.begin()
            for origin in CompletedArguments.standard.origins {
                ConsoleLogHandler.logger().debug("\(origin.sentence)")
            }
            try Echo.checkSettings()
            try work()
        } catch {
            Console.standard.draw(bar: "")
            let code = code(for: error)
            let log = ConsoleLogHandler.logger()
            for line in lines(error, origins(of: error) + place) {
                log.error(
                    "\(line)",
                    metadata: [
                        "kind": "\(error.kind.rawValue)",
                        "exit_status": .stringConvertible(Int(code.rawValue)),
                    ])
            }
            throw code
        }
    }

    private static func requireDescriptors() throws(EchoError) {
        DescriptorLimit.raise()
        guard !DescriptorLimit.leaves(fewestDescriptors) else { return }
        throw EchoError(
            .system,
            """
            the process may have \(DescriptorLimit.current) files open, and \(fewestDescriptors) more than \
            it has now are needed. Raise the limit: ulimit -n 4096.
            """)
    }

    /// What is to be said of the folder that the process is in: in one that was removed, no relative path
    /// leads anywhere.
    private static var place: [String] {
        guard let path = getcwd(nil, 0) else {
            return errno == ENOENT
                ? [
                    "The current folder was removed: change to another one with cd, or give whole paths."
                ] : []
        }
        free(path)
        return []
    }
}
