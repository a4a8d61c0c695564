import ArgumentParser
import EchoExtract
import Glibc

/// What the process's exit status says, after sysexits.h where it has a number for it.
enum ExitStatus {
    /// `verify` or `model verify` found a difference.
    static let differs = ExitCode(1)
    /// Some recordings could not be embedded; the others were.
    static let someRecordingsBad = ExitCode(3)
    /// A signal stopped it before its end.
    static let stopped = ExitCode(75)  // EX_TEMPFAIL

    /// The status for an error.
    static func code(for error: EchoError) -> ExitCode {
        switch error.kind {
        case .busy: ExitCode(4)
        case .usage: ExitCode(64)  // EX_USAGE
        case .signal, .data: ExitCode(65)  // EX_DATAERR
        case .input: ExitCode(66)  // EX_NOINPUT
        case .hub: ExitCode(68)  // EX_NOHOST
        case .device: ExitCode(69)  // EX_UNAVAILABLE
        case .system: ExitCode(71)  // EX_OSERR
        case .create: ExitCode(73)  // EX_CANTCREAT
        case .write: ExitCode(74)  // EX_IOERR
        case .model: ExitCode(78)  // EX_CONFIG
        }
    }

    /// A compiler's log has lines of its own; of all else a line break is part of a name.
    private static func lines(_ error: EchoError) -> [String] {
        error.kind == .device
            ? error.message.split(separator: "\n").map(String.init) : [error.message]
    }

    /// Ends the process while a driver compiles: at an exit in good order its threads would meet what is gone.
    static func leave(_ code: ExitCode) -> Never {
        fflush(nil)
        _exit(code.rawValue)
    }

    /// Runs a command's work; an error goes to stderr as one line and becomes the exit status.
    static func reporting(_ work: () throws(EchoError) -> Void) throws {
        do throws(EchoError) {
            try Echo.checkSettings()
            try work()
        } catch {
            Console.standard.draw(bar: "")
            for line in lines(error) { Console.standard.line("echo-gpu: error: \(line)") }
            throw code(for: error)
        }
    }
}
