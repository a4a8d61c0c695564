import ArgumentParser

/// The process of the command: what the executable is, and `echo_gpu_command` of the C library.
package enum EchoCommand {
    /// Runs the command. It returns where the command came to its end; with every other status it ends the process.
    ///
    /// - Parameter arguments: The program's name, then what was given to it.
    package static func run(_ arguments: [String]) {
        StandardStreams.prepare()
        let given = Array(arguments.dropFirst())
        var completed = given
        do {
            if try answersHelp(given) { return }
            try refuseMisreadings(given)
            completed = try CompletedArguments.complete(given)
            if completed != given { try refuseMisreadings(completed) }
            var command = try EchoGPU.parseAsRoot(completed)
            try command.run()
            CommandLog.standard.end(ExitCode.success.rawValue)
        } catch {
            CommandLineFailure.exit(error, completed)
        }
    }

    /// Refuses what the parser or the command would misread, typed or a default.
    static func refuseMisreadings(_ arguments: [String]) throws(UsageError) {
        let kinds: [any Misreading.Type] = [
            UnwantedHelp.self, EmptyValues.self, RepeatedOptions.self, RemoteArguments.self,
            BrokenNames.self,
        ]
        for kind in kinds where kind.isPossible(arguments) {
            let scan = CommandLineScan(arguments)
            if let refusal = kind.refusal(scan) { throw UsageError(refusal, of: scan.commandPath) }
        }
    }

    /// Gives help if it is asked for: whatever the settings are.
    private static func answersHelp(_ arguments: [String]) throws -> Bool {
        guard HelpRequest.isPossible(arguments),
            let request = try HelpRequest(CommandLineScan(arguments))
        else { return false }
        CommandLineFailure.exit(printing: request.text(width: WrappedText.width))
    }
}
