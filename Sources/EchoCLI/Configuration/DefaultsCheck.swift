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
        let typed = [command.name] + Self.placeholders(command)
        let completed = CompletedArguments(typed, CommandLineScan(typed), configuration)
        // What it misses without defaults too ('score' wants --bank or --loocv) is to be typed.
        guard !completed.origins.isEmpty, let text = Self.refusal(completed.arguments),
            text != Self.refusal(typed)
        else { return nil }
        self.command = command.name
        self.text = text
        origins = completed.origins(for: text)
    }

    /// Something for each argument, and for each option that has to be there.
    private static func placeholders(_ command: CommandTree.Command) -> [String] {
        command.arguments.compactMap { argument -> String? in
            switch argument.kind {
            case .positional: "x"
            case .option where !argument.isOptional: "\(argument.name)=x"
            case .option, .flag: nil
            }
        }
    }

    /// The first line of what is wrong with arguments; nil if nothing is.
    private static func refusal(_ arguments: [String]) -> String? {
        do {
            _ = try EchoGPU.parseAsRoot(arguments)
            return nil
        } catch {
            let text = CommandLineFailure.text(of: error, arguments)
            return text.split(separator: "\n").first.map(String.init)
        }
    }
}
