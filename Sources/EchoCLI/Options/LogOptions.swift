import ArgumentParser
import EchoExtract
import Logging

/// What a command says beside its results, and where.
struct LogOptions: ParsableArguments {
    @Flag(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Say nothing on stderr but errors.",
            discussion: """
                No progress, no notices, no warnings; 'extract' and 'compact' print no summary either, \
                unless --json or --table asks for one. Recordings that fail are still named.
                """))
    var quiet = false

    @Flag(
        name: .shortAndLong,
        help: "Also say what is of use when something is slow or odd: kernels, tiles, memory.")
    var verbose = false

    @Option(
        help: ArgumentHelp(
            "Append all messages to this file, those of --verbose too, each with time and level.",
            discussion: "It is opened before any work begins. Several processes may share one.",
            valueName: "file"))
    var logFile: String?

    @Option(
        help: ArgumentHelp(
            "How messages are written on stderr and in the log file: text or json.",
            discussion: """
                Each line then has a time (ISO 8601, UTC) and a level. json is one object a line, with \
                members such as recording, code and reason. Without this option, lines on stderr are \
                for people and have no time, and those of the file are text.
                """,
            valueName: "format"))
    var logFormat: LogFormat?

    func validate() throws {
        guard !(quiet && verbose) else {
            throw ValidationError("--quiet and --verbose are both given: leave one of them out.")
        }
    }

    /// From now on messages go where these options say.
    ///
    /// - Throws: ``EchoError`` of kind `create` if the log file cannot be opened.
    func begin() throws(EchoError) {
        var settings = CommandLog.Settings()
        settings.consoleLevel = quiet ? .error : verbose ? .debug : .notice
        (settings.format, settings.file) = (logFormat, logFile)
        if quiet || logFormat == .json { Console.standard.hideBars() }
        try CommandLog.standard.begin(settings)
        let arguments = CommandLine.arguments.dropFirst().joined(separator: " ")
        CommandLog.standard.write(
            LogMessage(level: .info, "echo-gpu \(Echo.version) began: \(arguments)"),
            isForFile: true)
    }
}
