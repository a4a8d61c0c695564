import ArgumentParser
import EchoExtract
import FoundationEssentials

/// `echo-gpu config`: which defaults of options come from elsewhere.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows which defaults of options come from files and from the environment.",
        discussion: """
            An option on the command line goes before a variable, a variable before the user's \
            file, and that before the machine's file. The table has a row for each default that is \
            given anywhere, and says which one is used. A value that a command would refuse is \
            named, with status 64.

            Names: batch in a file and ECHO_GPU_BATCH in the environment are for every command that has \
            --batch; {"extract": {"batch": 64}} and ECHO_GPU_EXTRACT_BATCH are for one command. Files are \
            JSON: text, numbers, true or false for flags, lists for options that may be repeated (with \
            commas in a variable). docs/configuration.md says more.

            EXAMPLES
              echo-gpu config
              echo-gpu config --all
              ECHO_GPU_DEVICE=gpu echo-gpu config --json
              echo-gpu --config site.json config
            """)

    @ParentCommand var program: EchoGPU

    @Flag(help: "List every name that a file or the environment can have.")
    var all = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        var refusals: [DefaultsCheck] = []
        try ExitStatus.reporting { () throws(EchoError) in
            let configuration = try Configuration(
                named: program.config, ProcessInfo.processInfo.environment)
            let report = ConfigReport(configuration, listsAll: all)
            if json {
                try StandardOutput.write(json: report)
            } else {
                try StandardOutput.write(report.lines)
            }
            refusals = CommandTree.standard.root.subcommands.compactMap {
                DefaultsCheck(of: $0, configuration)
            }
        }
        let log = ConsoleLogHandler.logger()
        for refusal in refusals {
            log.error("\(refusal.command): \(refusal.text)")
            for origin in refusal.origins { log.notice("note: \(origin.sentence)") }
        }
        if !refusals.isEmpty { throw ExitCode.validationFailure }
    }
}
