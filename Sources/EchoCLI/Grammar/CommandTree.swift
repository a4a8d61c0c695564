import EchoInvariant
import FoundationEssentials

/// The commands and their options, as swift-argument-parser describes them: man pages are made of the same
/// description. Help, suggestions and defaults are read off it, so none of them has a list of its own.
struct CommandTree {
    /// Made at its first use, which takes some 20 ms: most runs ask for none of these.
    static let standard = CommandTree()

    /// `echo-gpu` itself, with its commands.
    let root: Command

    private init() {
        let description = Data(EchoGPU._dumpHelp().utf8)
        let tool = try? JSONDecoder().decode(Tool.self, from: description)
        invariant(tool != nil, "swift-argument-parser describes the commands otherwise")
        root = tool?.command ?? Command(name: "echo-gpu")
    }

    /// The commands that options can belong to: the leaves, each with what is typed for it.
    var leaves: [(path: [String], command: Command)] { Self.leaves(below: root, []) }

    private static func leaves(
        below command: Command, _ path: [String]
    ) -> [(path: [String], command: Command)] {
        guard !command.subcommands.isEmpty else { return [(path, command)] }
        return command.subcommands.flatMap { leaves(below: $0, path + [$0.name]) }
    }

    private struct Tool: Decodable {
        let command: Command
    }
}

extension CommandTree {
    /// A command: what it is for, and what it takes.
    struct Command: Decodable {
        let name: String
        var abstract = ""
        /// Paragraphs, and sections with a heading in capitals.
        var discussion = ""
        var arguments: [Argument] = []
        var subcommands: [Command] = []

        /// What users see in lists.
        var shownArguments: [Argument] { arguments.filter(\.isShown) }

        /// The option or flag of that name, dashes and all.
        func option(_ name: String) -> Argument? { arguments.first { $0.names.contains(name) } }
    }

    /// An option, a flag or a positional argument.
    struct Argument: Decodable {
        enum Kind: String, Decodable { case positional, option, flag }

        let kind: Kind
        /// As they are typed, `--output` and `-o`; none for a positional argument.
        let names: [String]
        /// What the help calls its value.
        let valueName: String
        let abstract: String
        let discussion: String
        let defaultValue: String?
        /// Every value that it can have, if there are so few; empty for all others.
        let values: [String]
        let isOptional: Bool
        let isRepeating: Bool
        let isShown: Bool
        /// Whether its value may begin with a dash.
        let takesDashes: Bool
        /// The heading that it stands below, if it has one of its own.
        let section: String?

        /// The name that messages use: the first long one, else the short one.
        var name: String { names.first { $0.hasPrefix("--") } ?? names.first ?? "<\(valueName)>" }
        /// That name without its dashes.
        var plainName: String { String(name.drop { $0 == "-" }) }
        /// `--output <folder>`, `--json` or `<input>`.
        var synopsis: String { kind == .option ? "\(name) <\(valueName)>" : name }
    }
}

extension CommandTree.Command {
    private enum CodingKeys: String, CodingKey {
        case commandName, abstract, discussion, arguments, subcommands
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        name = try members.decode(String.self, forKey: .commandName)
        abstract = try members.decodeIfPresent(String.self, forKey: .abstract) ?? ""
        discussion = try members.decodeIfPresent(String.self, forKey: .discussion) ?? ""
        arguments =
            try members.decodeIfPresent([CommandTree.Argument].self, forKey: .arguments) ?? []
        subcommands = try members.decodeIfPresent([Self].self, forKey: .subcommands) ?? []
    }
}

extension CommandTree.Argument {
    private enum CodingKeys: String, CodingKey {
        case kind, names, valueName, abstract, discussion, defaultValue, allValues, isOptional
        case isRepeating, shouldDisplay, parsingStrategy, sectionTitle
    }

    private struct Name: Decodable {
        let kind: String
        let name: String

        var typed: String { (kind == "long" ? "--" : "-") + name }
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        kind = try members.decode(Kind.self, forKey: .kind)
        names = try members.decodeIfPresent([Name].self, forKey: .names)?.map(\.typed) ?? []
        valueName = try members.decodeIfPresent(String.self, forKey: .valueName) ?? ""
        abstract = try members.decodeIfPresent(String.self, forKey: .abstract) ?? ""
        discussion = try members.decodeIfPresent(String.self, forKey: .discussion) ?? ""
        defaultValue = try members.decodeIfPresent(String.self, forKey: .defaultValue)
        values = try members.decodeIfPresent([String].self, forKey: .allValues) ?? []
        isOptional = try members.decode(Bool.self, forKey: .isOptional)
        isRepeating = try members.decode(Bool.self, forKey: .isRepeating)
        isShown = try members.decode(Bool.self, forKey: .shouldDisplay)
        let strategy = try members.decodeIfPresent(String.self, forKey: .parsingStrategy)
        takesDashes = strategy == "unconditional"
        section = try members.decodeIfPresent(String.self, forKey: .sectionTitle)
    }
}
