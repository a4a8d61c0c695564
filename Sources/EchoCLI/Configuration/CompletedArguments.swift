import EchoExtract
import EchoFormats
import FoundationEssentials
import Synchronization

/// Arguments with the defaults from elsewhere put in, as if they had been typed behind the command: so they are read and
/// checked by the same code.
struct CompletedArguments {
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

    /// Without the program's name.
    let arguments: [String]
    /// Empty where nothing was put in.
    let origins: [Origin]

    /// Takes arguments as they are.
    init(_ arguments: [String]) { (self.arguments, origins) = (arguments, []) }

    /// Puts in what is configured.
    init(_ arguments: [String], _ scan: CommandLineScan, _ configuration: Configuration) {
        let defaults = configuration.defaults(for: scan).map { option, value in
            (typed: value.arguments(option), value.origin)
        }
        var completed = arguments
        completed.insert(contentsOf: defaults.flatMap(\.typed), at: scan.commandEnd)
        self.arguments = completed
        origins = defaults.flatMap { typed, origin in
            Set(typed).sorted().map { Origin(argument: $0, origin: origin) }
        }
    }

    /// Whether an option's value comes from a file or a variable.
    func isDefault(_ option: String) -> Bool {
        origins.contains { $0.argument == option || $0.argument.hasPrefix(option + "=") }
    }

    /// Those that a message is about; all of them if that cannot be told.
    func origins(for text: String) -> [Origin] {
        let named = origins.filter { $0.isNamed(in: text) }
        return named.isEmpty ? origins : named
    }

    // MARK: This process

    private static let current = Mutex(CompletedArguments([]))

    /// Those of this process; none before they are known.
    static var standard: CompletedArguments { current.withLock { $0 } }

    /// Completes the arguments of this process.
    ///
    /// - Throws: As ``Configuration/init(named:_:)``.
    static func complete(_ arguments: [String]) throws(EchoError) -> [String] {
        let environment = ProcessInfo.processInfo.environment
        // A look that costs nothing: with --config, or --config=, anything is possible.
        let names = arguments.contains { $0 == "--config" || $0.hasPrefix("--config=") }
        guard names || Configuration.isPossible(environment) else { return arguments }
        let scan = CommandLineScan(arguments)
        // Of --version and the like nothing has a default.
        guard scan.commands.count > 1 else { return arguments }
        let named = scan.options.last { $0.name == "--config" }?.value
        let completed = CompletedArguments(
            arguments, scan, try Configuration(named: named, environment))
        current.withLock { $0 = completed }
        return completed.arguments
    }
}
