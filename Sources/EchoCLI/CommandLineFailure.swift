import ArgumentParser
import EchoFormats
import Foundation

/// How the process ends where a command did not come to its end: with help, with what is wrong about its
/// arguments, or with the status that the command set.
enum CommandLineFailure {
    static func exit(_ error: any Error) -> Never {
        let code = EchoGPU.exitCode(for: error)
        // Help, versions and completions are text of our own, and leave as the parser prints them.
        if code.isSuccess { EchoGPU.exit(withError: error) }
        let text = EchoGPU.fullMessage(for: error)
        if !text.isEmpty {
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                Console.standard.line(String(line))
            }
        }
        Foundation.exit(code.rawValue)
    }
}
