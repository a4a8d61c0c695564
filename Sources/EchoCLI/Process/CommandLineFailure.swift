import ArgumentParser
import EchoExtract
import Glibc

/// How the process ends where a command did not come to its end: with help, with what is wrong about its
/// arguments, or with the status that the command set.
enum CommandLineFailure {
    static func exit(_ error: any Error) -> Never {
        let code = EchoGPU.exitCode(for: error)
        let text = EchoGPU.fullMessage(for: error)
        if code.isSuccess { exit(printing: text) }
        if !text.isEmpty {
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                Console.standard.line(String(line))
            }
        }
        Glibc.exit(code.rawValue)
    }

    /// Ends with help, a version or completions: text of our own, which may have tabs.
    private static func exit(printing text: String) -> Never {
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
