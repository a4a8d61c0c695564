/// The arguments of the process by what each is, as far as that can be said without their values being read:
/// which command they name, which options they give, and what is left.
struct CommandLineScan {
    /// An option or a flag as it was typed.
    struct Given {
        /// The argument that has it: more than the name if a value or other short names are joined to it.
        let text: String
        /// With its dashes.
        let name: String
        /// Nil for a flag, and where nothing follows.
        let value: String?
        /// What it is for the command; nil if the command has none of that name.
        let argument: CommandTree.Argument?

        /// Whether it is one of several letters behind one dash.
        var isBundled: Bool { CommandLineScan.isBundle(text) }
    }

    /// Whether an argument has several letters behind one dash: `-qv`, and `-batch` by who means `--batch`.
    static func isBundle(_ text: String) -> Bool {
        text.hasPrefix("-") && !text.hasPrefix("--") && text.prefix { $0 != "=" }.count > 2
    }

    /// `echo-gpu`, then the commands that are named, one below the other.
    private(set) var commands: [CommandTree.Command]
    private(set) var options: [Given] = []
    /// What is neither a command nor an option, nor the value of one.
    private(set) var positionals: [String] = []
    /// After how many arguments the last command is named.
    private(set) var commandEnd = 0

    /// The last command named; `echo-gpu` itself if none is.
    var command: CommandTree.Command { commands[commands.count - 1] }
    /// What is typed for it, `echo-gpu` in front.
    var commandPath: String { commands.map(\.name).joined(separator: " ") }

    /// - Parameter arguments: Without the program's name.
    init(_ arguments: [String]) {
        commands = [CommandTree.standard.root]
        var index = 0
        while index < arguments.count {
            let text = arguments[index]
            index += 1
            if text == "--" {
                positionals += arguments[index...]
                break
            }
            if text.hasPrefix("-"), text != "-" {
                let next = index < arguments.count ? arguments[index] : nil
                if take(option: text, next: next) { index += 1 }
            } else if let below = command.subcommands.first(where: { $0.name == text }),
                positionals.isEmpty
            {
                commands.append(below)
                commandEnd = index
            } else {
                positionals.append(text)
            }
        }
    }

    /// Takes an argument that begins with a dash.
    ///
    /// - Returns: Whether `next` is its value.
    private mutating func take(option text: String, next: String?) -> Bool {
        // No letters: so do many programs spell it.
        let text = text == "-help" ? "--help" : text
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(halves[0])
        if Self.isBundle(text) {
            // Short flags in one: -qv.
            for letter in name.dropFirst() {
                let argument = argument("-\(letter)")
                options.append(
                    Given(text: text, name: "-\(letter)", value: nil, argument: argument))
            }
            return false
        }
        let argument = argument(name)
        if halves.count == 2 {
            options.append(
                Given(text: text, name: name, value: String(halves[1]), argument: argument))
            return false
        }
        // What another command takes with a value has one here too.
        let kind =
            argument
            ?? CommandTree.standard.leaves.lazy.compactMap { $0.command.option(name) }.first
        guard let kind, kind.kind == .option, let next,
            kind.takesDashes || !next.hasPrefix("-") || next == "-"
        else {
            options.append(Given(text: text, name: name, value: nil, argument: argument))
            return false
        }
        options.append(Given(text: text, name: name, value: next, argument: argument))
        return true
    }

    private func argument(_ name: String) -> CommandTree.Argument? {
        for command in commands.reversed() {
            if let argument = command.option(name) { return argument }
        }
        return nil
    }
}
