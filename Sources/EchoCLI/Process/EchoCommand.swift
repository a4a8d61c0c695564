/// The process of the command: what the executable is, and `echo_gpu_command` of the C library.
package enum EchoCommand {
    /// Runs the command. It returns where the command came to its end; with every other status it ends the process.
    ///
    /// - Parameter arguments: The program's name, then what was given to it.
    package static func run(_ arguments: [String]) {
        StandardStreams.prepare()
        do {
            var command = try EchoGPU.parseAsRoot(Array(arguments.dropFirst()))
            try command.run()
        } catch {
            CommandLineFailure.exit(error)
        }
    }
}
