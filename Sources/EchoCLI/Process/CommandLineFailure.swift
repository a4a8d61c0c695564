import ArgumentParser
import EchoExtract
import EchoFormats
import Glibc

/// How the process ends where a command did not end: with help, with what is wrong about its
/// arguments, or with the status that the command set.
enum CommandLineFailure {
    /// - Parameter arguments: Without the program's name, with the defaults from elsewhere.
    static func exit(_ error: any Error, _ arguments: [String]) -> Never {
        // What a command has to say it has said.
        if let code = error as? ExitCode {
            CommandLog.standard.end(code.rawValue)
            Glibc.exit(code.rawValue)
        }
        if let error = error as? EchoError {
            Console.standard.line("echo-gpu: error: \(error.message)")
            Glibc.exit(ExitStatus.code(for: error).rawValue)
        }
        let code = EchoGPU.exitCode(for: error)
        if code.isSuccess { exit(printing: EchoGPU.fullMessage(for: error)) }
        let scan = CommandLineScan(arguments)
        if error is CommandMissing {
            write(HelpPage(scan.commands, width: WrappedText.width).short)
        } else {
            let command = (error as? UsageError)?.command ?? scan.commandPath
            refuse(text(of: error, arguments), command)
        }
        Glibc.exit(ExitCode.validationFailure.rawValue)
    }

    /// What is wrong with arguments that the parser, or a command's own checks, refused: a line or more. What was
    /// typed begins no line of its own.
    static func text(of error: any Error, _ arguments: [String]) -> String {
        if let error = error as? UsageError { return error.text }
        let scan = CommandLineScan(arguments)
        return UsageMistake(scan).text ?? RefusedValue.text(EchoGPU.message(for: error), scan)
            ?? parserText(error, arguments)
    }

    /// What is wrong with arguments, before a command runs; nil if nothing is.
    static func refusal(of arguments: [String]) -> String? {
        do {
            try EchoCommand.refuseMisreadings(arguments)
            _ = try EchoGPU.parseAsRoot(arguments)
            return nil
        } catch {
            return text(of: error, arguments)
        }
    }

    private static func refuse(_ text: String, _ command: String) {
        write("echo-gpu: error: \(text)")
        for origin in CompletedArguments.standard.origins(for: text) {
            Console.standard.line("echo-gpu: note: \(origin.sentence)")
        }
        write("See '\(command) --help'.")
    }

    private static func write(_ text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            Console.standard.line(String(line))
        }
    }

    /// What the parser says, and of the option in question what it is.
    private static func parserText(_ error: any Error, _ arguments: [String]) -> String {
        let message = EchoGPU.message(for: error)
        // The parser has breaks of its own in some messages, and values in them as they are.
        let hasTypedBreak = arguments.contains { $0.contains(where: \.isNewline) }
        let prefix = "Help:  "
        let help = EchoGPU.fullMessage(for: error).split(separator: "\n").first {
            $0.hasPrefix(prefix)
        }
        return (hasTypedBreak ? shown(message) : message).endingInAFullStop
            + (help.map { "\n  \($0.dropFirst(prefix.count))" } ?? "")
    }

    /// Ends with help, a version or completions: text of our own, which may have tabs.
    static func exit(printing text: String) -> Never {
        // Not as a command does: help is given whatever the settings are.
        do throws(EchoError) {
            try StandardOutput.write(text: text + "\n")
        } catch {
            Console.standard.line("echo-gpu: error: \(error.message)")
            Glibc.exit(ExitStatus.code(for: error).rawValue)
        }
        Glibc.exit(ExitCode.success.rawValue)
    }
}
