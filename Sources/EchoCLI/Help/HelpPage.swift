import EchoInvariant

/// The help of a command: examples first, then what it does, then its options by group.
///
/// swift-argument-parser has one layout, with the examples behind pages of discussion. Man pages and completions are
/// still its own.
struct HelpPage {
    private let command: CommandTree.Command
    private let path: String
    private let discussion: Discussion
    private let width: Int

    /// Where what an option is begins, and what more there is to say of it.
    private static let abstractColumn = 26
    private static let discussionColumn = 8

    /// - Parameter commands: `echo-gpu`, then the command.
    init(_ commands: [CommandTree.Command], width: Int) {
        command = commands[commands.count - 1]
        path = commands.map(\.name).joined(separator: " ")
        discussion = Discussion(command.discussion)
        self.width = width
    }

    // MARK: Both

    private var head: [String] {
        WrappedText.lines("\(path): \(command.abstract)", indent: 0, width: width) + [
            "", "USAGE", "  \(usage)",
        ]
    }

    private var usage: String {
        guard command.subcommands.isEmpty else { return "\(path) <subcommand> [<options>]" }
        let required = command.shownArguments.filter { !$0.isOptional && $0.kind != .positional }
        let positionals = command.shownArguments.filter { $0.kind == .positional }.map {
            let name = $0.synopsis + ($0.isRepeating ? " ..." : "")
            return $0.isOptional ? "[\(name)]" : name
        }
        return ([path, "[<options>]"] + required.map(\.synopsis) + positionals)
            .joined(separator: " ")
    }

    private var subcommands: [String] {
        guard !command.subcommands.isEmpty else { return [] }
        let shown = command.subcommands.filter { $0.name != "help" }
        let column = (shown.map(\.name.count).max() ?? 0) + 4
        let rows = shown.flatMap { entry($0.name, $0.abstract, column: column) }
        return ["", "SUBCOMMANDS"] + rows
    }

    /// A name, and what it is beside it; below it where the name is long.
    private func entry(
        _ label: String, _ text: String, column: Int = HelpPage.abstractColumn
    ) -> [String] {
        var lines = WrappedText.lines(text, indent: column, width: width)
        let label = "  " + label
        if label.count < column, let first = lines.first {
            lines[0] = label + first.dropFirst(label.count)
        } else {
            lines.insert(label, at: 0)
        }
        return lines
    }

    private func entry(_ argument: CommandTree.Argument) -> [String] {
        let names = argument.names.sorted { !$0.hasPrefix("--") && $1.hasPrefix("--") }
        let value = argument.kind == .option ? " <\(argument.valueName)>" : ""
        let label = names.isEmpty ? argument.synopsis : names.joined(separator: ", ") + value
        return entry(label, argument.abstract + Self.remarks(argument))
    }

    /// Values that the text does not name, and the default.
    private static func remarks(_ argument: CommandTree.Argument) -> String {
        let isNamed = argument.values.allSatisfy { argument.abstract.contains($0) }
        let remarks =
            (isNamed ? [] : ["values: " + argument.values.joined(separator: ", ")])
            + (argument.defaultValue.map { ["default: \($0)"] } ?? [])
        return remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))"
    }

    // MARK: Long

    /// All there is.
    var long: String {
        let examples = discussion.sections.filter { $0.heading.hasPrefix("EXAMPLES") }
        let others = discussion.sections.filter { !$0.heading.hasPrefix("EXAMPLES") }
        let what = WrappedText.lines(discussion.preamble, indent: 0, width: width)
        let lines =
            head + examples.flatMap(section) + (discussion.preamble.isEmpty ? [] : [""] + what)
            + groups.flatMap(group) + subcommands + others.flatMap(section) + pointer
        return lines.joined(separator: "\n")
    }

    private func section(_ section: Discussion.Section) -> [String] {
        ["", section.heading] + WrappedText.lines(section.body, indent: 0, width: width)
    }

    /// Positional arguments, options without a heading, then the others by theirs.
    private var groups: [(heading: String, arguments: [CommandTree.Argument])] {
        let shown = command.shownArguments.filter { $0.name != "--version" }
        var groups: [(heading: String, arguments: [CommandTree.Argument])] = []
        for argument in shown {
            let heading =
                argument.section?.uppercased()
                ?? (argument.kind == .positional ? "ARGUMENTS" : "OPTIONS")
            if let place = groups.firstIndex(where: { $0.heading == heading }) {
                groups[place].arguments.append(argument)
            } else {
                groups.append((heading, [argument]))
            }
        }
        let first = ["ARGUMENTS", "OPTIONS"]
        return groups.filter { first.contains($0.heading) }.sorted { $0.heading < $1.heading }
            + groups.filter { !first.contains($0.heading) }
    }

    private func group(
        _ group: (heading: String, arguments: [CommandTree.Argument])
    ) -> [String] {
        ["", group.heading]
            + group.arguments.flatMap { argument in
                let more = WrappedText.lines(
                    argument.discussion, indent: Self.discussionColumn, width: width)
                return entry(argument) + (argument.discussion.isEmpty ? [] : more)
            }
    }

    private var pointer: [String] {
        guard !command.subcommands.isEmpty else { return [] }
        let text = "'\(path) <subcommand> -h' shows what people need, '--help' all there is."
        return [""] + WrappedText.lines(text, indent: 0, width: width)
    }

    // MARK: Short

    /// What people need: an example, the options that most runs have, and where the rest is.
    var short: String {
        let options = shortOptions
        // As in the long help, without their headings.
        let rows = (options.filter(\.names.isEmpty) + options.filter { !$0.names.isEmpty })
            .flatMap(entry)
        return
            (head + example + (rows.isEmpty ? [] : ["", "OPTIONS"] + rows) + subcommands
            + [""] + WrappedText.lines(rest(options.count), indent: 0, width: width)).joined(
                separator: "\n")
    }

    /// Without those that every command has.
    private var ownArguments: [CommandTree.Argument] {
        command.shownArguments.filter { !["--version", "--help"].contains($0.name) }
    }

    private var shortOptions: [CommandTree.Argument] {
        let all = ownArguments
        guard let main = MainOptions.names[command.name], command.subcommands.isEmpty else {
            // What is said on the way is the same for every command.
            let own = all.filter { $0.section != "Messages" }
            return own.count <= MainOptions.enough ? own : own.filter { !$0.isOptional }
        }
        return main.compactMap { name in
            let option = all.first { $0.plainName == name }
            invariant(option != nil, "the short help of \(command.name) names --\(name)")
            return option
        }
    }

    /// The first example, with the line that says what it is for.
    private var example: [String] {
        guard let examples = discussion.sections.first(where: { $0.heading.hasPrefix("EXAMPLES") })
        else { return [] }
        let lines = examples.body.split(separator: "\n").map(String.init)
        var first: [String] = []
        for line in lines {
            first.append(line)
            // A command, and not the sentence above it, nor one that goes on.
            if line.contains("echo-gpu "), !line.hasSuffix("\\") { break }
        }
        // "EXAMPLES, in which M is ...": of one that has no M the word alone.
        let isExplained = first.contains { $0.contains(" M ") }
        let heading = examples.heading.replacing("EXAMPLES", with: "EXAMPLE")
        return ["", isExplained ? heading : "EXAMPLE"] + first
    }

    private func rest(_ shownCount: Int) -> String {
        guard command.subcommands.isEmpty else {
            return "'\(path) <subcommand> -h' has the help of each, '\(path) --help' all of this."
        }
        let count = ownArguments.count - shownCount
        return count > 0
            ? "'\(path) --help' has \(count) more options, and examples."
            : "'\(path) --help' says more, with examples."
    }
}
