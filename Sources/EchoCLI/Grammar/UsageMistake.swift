import EchoFormats
import FoundationEssentials

/// What is wrong with a command line that could not be read, in the user's words: the whole line is looked at, so
/// a mistyped command is named, and not the options that only it has.
struct UsageMistake {
    private let scan: CommandLineScan

    init(_ scan: CommandLineScan) { self.scan = scan }

    /// A sentence or more; nil if the parser's own says it as well.
    var text: String? { unknownCommand ?? unknownOption ?? unknownValue ?? missing ?? leftOver }

    // MARK: Commands

    /// A word in a command's place that is none.
    var unknownCommand: String? {
        let names = scan.command.subcommands.map(\.name)
        guard !names.isEmpty, let typed = scan.positionals.first else { return nil }
        let near = Spelling.candidates(for: typed, among: names)
        var text = "\(scan.commandPath) has no command \(quoted(typed))."
        if let remedy = CommandsElsewhere.remedy(typed, of: scan.command.name) {
            text += " \(remedy)"
        } else if let meant = NameList.meant(near) {
            text += " \(meant)"
        } else if FileManager.default.fileExists(atPath: typed) {
            text +=
                " To embed recordings: echo-gpu extract --model echo-tiny --output out "
                + shown(typed, limit: 80)
        } else {
            text += " The commands are \(NameList.text(names.filter { $0 != "help" }))."
        }
        return text
    }

    // MARK: Options

    /// An option that the command does not have, or that stands in front of it.
    var unknownOption: String? {
        guard let given = scan.options.first(where: { $0.argument == nil }) else { return nil }
        if scan.command.option(given.name) != nil {
            return "Options stand behind the command: \(scan.commandPath) \(given.name)."
        }
        if let text = fileWithADash(given) ?? numeric(given) { return text }
        // Who typed -batch means --batch, and no six letters.
        let typed = given.isBundled ? String(given.text.prefix { $0 != "=" }) : given.name
        let name = given.isBundled ? "-" + typed : typed
        let text = "\(scan.commandPath) has no option \(shown(typed, limit: 80))."
        if let remedy = joined(given, name) ?? OptionsElsewhere.remedy(name, of: scan.command.name)
        {
            return "\(text) \(remedy)"
        }
        let leaves = CommandTree.standard.leaves
        let owners = leaves.filter { $0.command.option(name)?.isShown == true }
        // Of one letter every other is near.
        let own = name.hasPrefix("--") ? scan.command.shownArguments.flatMap(\.names) : []
        let near = Spelling.candidates(
            for: String(name.dropFirst(2)),
            among: own.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) })
        if !owners.isEmpty {
            let commands = owners.map { $0.path.joined(separator: " ") }
            let nearness = NameList.meant(near.map { "--" + $0 }).map { " " + $0 } ?? ""
            return "\(text) It belongs to \(NameList.text(commands)).\(nearness)"
        }
        if let meant = NameList.meant(near.map { "--" + $0 }) { return "\(text) \(meant)" }
        // Perhaps it is mistyped, and of another command.
        let others = leaves.flatMap { leaf in
            leaf.command.shownArguments.flatMap(\.names).map { (name: $0, leaf.path) }
        }
        guard name.hasPrefix("--"),
            let other = Spelling.nearest(to: name, among: others.map(\.name)),
            let path = others.first(where: { $0.name == other })?.1
        else { return text }
        return "\(text) \(path.joined(separator: " ")) has \(other)."
    }

    /// What to write for a recording whose name begins as options do.
    private func fileWithADash(_ given: CommandLineScan.Given) -> String? {
        guard FileManager.default.fileExists(atPath: given.text) else { return nil }
        let name = shown(given.text, limit: 80)
        return
            "\(name) begins with a dash, as options do. If the file of that name is meant, write ./\(name)."
    }

    /// What is wrong with a number below 0 behind an option that takes a value: what the option says of it, and if it
    /// takes such numbers, how they are written.
    private func numeric(_ given: CommandLineScan.Given) -> String? {
        let names = scan.options.filter { $0.value == nil && $0.argument?.kind == .option }
        guard given.text.dropFirst().first?.isNumber == true, let name = names.last?.name,
            let argument = names.last?.argument
        else { return nil }
        if argument.plainName == "device" {
            return "\(name) takes no number below 0. For the CPU write \(name) cpu."
        }
        let joined = "\(name)=\(given.text)"
        if let refusal = refusal(of: argument, joined), refusal.contains(argument.name) {
            return refusal
        }
        return "A value that begins with a dash is written behind =: \(shown(joined, limit: 80))."
    }

    /// What the command says of an option with its value, if it has nothing but that and what it cannot do without.
    private func refusal(of option: CommandTree.Argument, _ text: String) -> String? {
        guard scan.commands.count > 1 else { return nil }
        let others = scan.command.placeholders.filter { !$0.hasPrefix(option.name + "=") }
        let path = scan.commands.dropFirst().map(\.name)
        return CommandLineFailure.refusal(of: path + [text] + others)
    }

    /// What to write for a long name that has one dash, and for a value that is joined to a short name.
    private func joined(_ given: CommandLineScan.Given, _ name: String) -> String? {
        guard given.isBundled else { return nil }
        if scan.command.option(name) != nil {
            return "Long names have two dashes: -\(shown(given.text, limit: 80))."
        }
        let short = String(given.text.prefix(2))
        // -ouput is a slip of --output, and no folder uput.
        let names = scan.command.shownArguments.flatMap(\.names).filter { $0.hasPrefix("--") }
        guard scan.command.option(short)?.kind == .option,
            Spelling.nearest(to: name, among: names) == nil
        else { return nil }
        return
            "Write a blank before the value: \(short) \(shown(String(given.text.dropFirst(2)), limit: 80))."
    }

    // MARK: Values

    private var unknownValue: String? {
        for given in scan.options {
            guard let value = given.value else { continue }
            if given.argument?.kind == .flag {
                return "\(given.name) takes no value, and \(quoted(value)) is one. Leave it out."
            }
            if let refusal = given.argument?.refusal(of: value) {
                return "\(given.name) \(refusal)"
            }
        }
        return nil
    }

    /// A value that is not there, or the arguments that the command cannot do without, each with what it is.
    private var missing: String? {
        if let given = scan.options.first(where: {
            $0.value == nil && $0.argument?.kind == .option
        }), let argument = given.argument {
            return "\(given.name) has no value behind it." + Self.lines([argument])
        }
        let given = Set(scan.options.compactMap { $0.argument?.name })
        let missing = scan.command.arguments.filter { argument in
            switch argument.kind {
            case .option: !argument.isOptional && !given.contains(argument.name)
            case .positional: !argument.isOptional && scan.positionals.isEmpty
            case .flag: false
            }
        }
        guard !missing.isEmpty else { return nil }
        return "\(scan.commandPath) needs \(NameList.text(missing.map(\.synopsis)))."
            + Self.lines(missing)
    }

    private static func lines(_ arguments: [CommandTree.Argument]) -> String {
        arguments.map { "\n  \($0.synopsis)  \($0.abstract)" }.joined()
    }

    /// An argument more than the command takes.
    private var leftOver: String? {
        let places = scan.command.arguments.filter { $0.kind == .positional }
        guard !places.contains(where: \.isRepeating), scan.positionals.count > places.count
        else { return nil }
        let typed = quoted(scan.positionals[places.count])
        guard !places.isEmpty else {
            return "\(scan.commandPath) takes no argument, and \(typed) is one. Leave it out."
        }
        let taken = NameList.text(places.map(\.synopsis))
        return "\(scan.commandPath) takes one \(taken), and \(typed) is one more. Leave it out, or "
            + "write a name that has blanks in quotes."
    }
}
