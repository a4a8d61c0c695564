import EchoExtract
import EchoFormats
import FoundationEssentials
import Synchronization

/// The arguments of the process with the defaults from elsewhere put in, as if they had been typed behind the command: so
/// they are read and checked by the same code.
enum CompletedArguments {
    /// What was put in, for whoever has to say where a value comes from.
    struct Origin {
        /// As it is typed: `--batch=64`.
        let argument: String
        /// The file, or the variable.
        let origin: String

        var sentence: String { "\(shown(argument)) comes from \(origin)" }

        /// Whether a message may be about it: names the option, or has its value.
        func isNamed(in text: String) -> Bool {
            let halves = argument.split(separator: "=", maxSplits: 1)
            return halves.contains { $0.count > 1 && text.contains($0) }
        }
    }

    /// What was put into this process's arguments; empty before, and where nothing was.
    static var origins: [Origin] { current.withLock { $0 } }

    /// Those that a message is about; all of them if that cannot be told.
    static func origins(for text: String) -> [Origin] {
        let named = origins.filter { $0.isNamed(in: text) }
        return named.isEmpty ? origins : named
    }

    private static let current = Mutex<[Origin]>([])

    /// The arguments with defaults.
    ///
    /// - Parameter arguments: Without the program's name.
    /// - Throws: As ``Configuration/init(named:_:_:)``.
    static func complete(_ arguments: [String]) throws(EchoError) -> [String] {
        let environment = ProcessInfo.processInfo.environment
        // A look that costs nothing: with --config, or --config=, anything is possible.
        let names = arguments.contains { $0 == "--config" || $0.hasPrefix("--config=") }
        guard names || Configuration.isPossible(environment) else { return arguments }
        let tree = CommandTree()
        let scan = CommandLineScan(arguments, tree)
        // Of --version and the like nothing has a default.
        guard scan.commands.count > 1 else { return arguments }
        let named = scan.options.last { $0.name == "--config" }?.value
        let configuration = try Configuration(named: named, environment, tree)
        var completed = arguments
        var added: [String] = []
        var origins: [Origin] = []
        for (option, value) in configuration.defaults(for: scan) {
            let typed = value.arguments(option)
            added += typed
            for argument in Set(typed).sorted() {
                origins.append(Origin(argument: argument, origin: value.origin))
            }
        }
        completed.insert(contentsOf: added, at: scan.commandEnd)
        current.withLock { $0 = origins }
        return completed
    }
}
