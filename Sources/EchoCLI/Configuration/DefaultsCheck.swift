import EchoFormats

/// What a command says against its defaults, before anybody runs it.
///
/// Ranges of numbers, and what goes together, are checked by the commands themselves when they read their arguments. So
/// each reads a line with nothing but its defaults and what it cannot do without.
struct DefaultsCheck {
    let command: String
    /// What is wrong, and what to write instead.
    let text: String
    /// The defaults that this is about.
    let origins: [CompletedArguments.Origin]

    /// Nil if the command takes its defaults.
    init?(of command: CommandTree.Command, _ configuration: Configuration) {
        let typed = [command.name] + command.placeholders
        let completed = CompletedArguments(typed, CommandLineScan(typed), configuration)
        // What it misses without defaults too ('score' wants --bank or --loocv) is to be typed.
        guard !completed.origins.isEmpty,
            let text = CommandLineFailure.refusal(of: completed.arguments),
            text != CommandLineFailure.refusal(of: typed)
        else { return nil }
        self.command = command.name
        // What an option is stands below.
        self.text = text.split(separator: "\n").map { String($0).trimmed }.joined(separator: " ")
        origins = completed.origins(for: text)
    }
}

extension CommandTree.Command {
    /// Something for each argument, and for each option that has to be there.
    var placeholders: [String] {
        arguments.compactMap { argument -> String? in
            switch argument.kind {
            case .positional: "x"
            case .option where !argument.isOptional: "\(argument.name)=x"
            case .option, .flag: nil
            }
        }
    }
}
