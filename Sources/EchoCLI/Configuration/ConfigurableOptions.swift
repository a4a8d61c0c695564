import EchoFormats

/// Which options of which commands can have their default elsewhere, and what they are called there: `batch` in a file
/// and `ECHO_GPU_BATCH` in the environment for every command that has the option, `extract.level` and
/// `ECHO_GPU_EXTRACT_LEVEL` for one.
struct ConfigurableOptions {
    /// What a name stands for.
    struct Key: Hashable {
        /// Nil for every command that has the option.
        let command: String?
        /// Without dashes, as it is typed: `sample-rate`.
        let option: String

        private var parts: [String] { [command, option].compactMap(\.self) }
        /// As in a file: `extract.sample_rate`.
        var member: String { parts.joined(separator: ".").replacing("-", with: "_") }
        /// As in the environment: `ECHO_GPU_EXTRACT_SAMPLE_RATE`.
        var variable: String {
            ConfigurableOptions.prefix
                + parts.joined(separator: "_").replacing("-", with: "_").uppercased()
        }
    }

    /// What the variables begin with.
    static let prefix = "ECHO_GPU_"
    /// The variable that names the file: no option's default.
    static let fileVariable = prefix + "CONFIG"

    /// What one run does: in a file it would do harm, or nothing, without anybody having asked.
    static let ofOneRun: Set<String> = [
        "bank", "bank-where", "channel", "check", "clips", "compile-only", "config", "dry-run",
        "end", "fields-from", "file", "files0-from", "force", "help", "id", "in", "loocv",
        "manifest", "output", "replace", "reset", "retry-failed", "scores", "shard", "shards",
        "start", "test", "test-where", "trace", "trace-nodes", "version", "write-manifest",
    ]

    /// Options that are called the same and mean something else in each command: given for one command alone.
    static let differing: Set<String> = ["format", "group-by", "level", "seconds"]

    /// Likewise where one command stands apart: its clips have a rate that it makes, not one that is missing.
    static let apart: [String: Set<String>] = ["bench": ["sample-rate"]]

    /// Defaults that hold only beside another option of the same command, one of these: with any value, or with the one
    /// behind `=`. Without it the command would refuse them, and nobody typed them.
    static let needs: [String: [String: [String]]] = [
        "extract": [
            "dtype": ["layout=parts"], "format": ["layout=parts"], "part-size": ["layout=parts"],
        ],
        "plan": ["device": ["model"], "precision": ["model"]],
        "score": [
            "aggregate": ["k"], "folds": ["classify"], "fusion": ["classify"],
            "normal": ["labels", "protocol"], "protocol": ["year"], "year": ["protocol"],
            "rule": ["baseline"], "spread": ["baseline"], "sigmas": ["baseline"],
            "run-length": ["baseline"], "slack": ["rule=cusum"], "decision": ["rule=cusum"],
        ],
        "search": ["recordings": ["clips"]],
    ]

    /// Defaults that give way to another option, which says the opposite: one that is typed, or set at a place that
    /// counts for more.
    static let yields = [
        "quiet": "verbose", "verbose": "quiet", "progress": "quiet", "raw": "text", "text": "raw",
        "channels": "channel",
    ]

    /// Commands that only say something.
    static let commandsWithout: Set<String> = ["config", "help", "version"]

    /// The options of each command, without those of one run.
    private let options: [String: [CommandTree.Argument]]
    /// What each name stands for.
    private let members, variables: [String: Key]
    /// The other names that options have on the command line, and the one that counts here: `batch-size`, `batch`.
    private let aliases: [String: String]

    init() {
        var options: [String: [CommandTree.Argument]] = [:]
        var keys: Set<Key> = []
        var aliases: [String: String] = [:]
        // Those of 'echo-gpu model' say what is to be done now.
        for (path, command) in CommandTree.standard.leaves
        where path.count == 1 && !Self.commandsWithout.contains(command.name) {
            let named = command.arguments.filter {
                $0.kind != .positional && !Self.ofOneRun.contains($0.plainName)
            }
            options[command.name] = named
            for option in command.arguments where option.kind != .positional {
                for name in option.names where name != option.name {
                    aliases[String(name.drop { $0 == "-" })] = option.plainName
                }
            }
            for option in named {
                keys.insert(Key(command: command.name, option: option.plainName))
                guard !Self.isOwn(option.plainName, of: command.name) else { continue }
                keys.insert(Key(command: nil, option: option.plainName))
            }
        }
        (self.options, self.aliases) = (options, aliases)
        members = Dictionary(uniqueKeysWithValues: keys.map { ($0.member, $0) })
        variables = Dictionary(uniqueKeysWithValues: keys.map { ($0.variable, $0) })
    }

    /// Commands that options can be given for.
    var commands: [String] { options.keys.sorted() }
    /// Every name there is.
    var keys: [Key] { members.values.sorted { $0.member < $1.member } }

    func key(member: String) -> Key? { members[member] }
    func key(variable: String) -> Key? { variables[variable] }

    /// The names that a default of an option has, the nearer one first.
    func keys(of option: CommandTree.Argument, for command: String) -> [Key] {
        let own = Key(command: command, option: option.plainName)
        let isShared = !Self.isOwn(option.plainName, of: command)
        // plan says what extract will do: so what is set for that alone holds here too.
        let planned = command == "plan" ? [Key(command: "extract", option: option.plainName)] : []
        return [own] + planned + (isShared ? [Key(command: nil, option: option.plainName)] : [])
    }

    /// The options of a command that may have a default elsewhere.
    func options(of command: String) -> [CommandTree.Argument] { options[command] ?? [] }

    /// What a name stands for: of several commands' options one that may be repeated, if there is one.
    func option(_ key: Key) -> CommandTree.Argument? {
        let commands = key.command.map { [$0] } ?? self.commands
        let found = commands.flatMap { options(of: $0) }.filter { $0.plainName == key.option }
        return found.first(where: \.isRepeating) ?? found.first
    }

    /// Why a name is none of these, and which is meant.
    ///
    /// - Parameter spelling: How the names are written at the place where this one was found.
    func refusal(of name: String, _ spelling: KeyPath<Key, String>) -> String {
        let plain = { (text: String) in text.lowercased().replacing("-", with: "_") }
        // The key that is meant, if it is this option's.
        let typed = { (option: String) in
            ([nil] + commands).map { Key(command: $0, option: option) }
                .first { plain($0[keyPath: spelling]) == plain(name) }
        }
        if let run = Self.ofOneRun.first(where: { typed($0) != nil }) {
            return Self.refusal(ofOneRun: run)
        }
        for (alias, option) in aliases {
            guard let key = typed(alias) else { continue }
            if Self.ofOneRun.contains(option) { return Self.refusal(ofOneRun: option) }
            let name = Key(command: key.command, option: option)[keyPath: spelling]
            return "\(alias) is another name of --\(option). Write \(name)."
        }
        let names = keys.map { $0[keyPath: spelling] }
        let same = names.first { plain($0) == plain(name) }
        let owners = commands.compactMap { command in
            options(of: command).first { typed($0.plainName) != nil }.map {
                Key(command: command, option: $0.plainName)
            }
        }
        if same == nil, !owners.isEmpty {
            let names = owners.map { $0[keyPath: spelling] }.joined(separator: ", ")
            return "it would mean something else for each command. Choose: \(names)."
        }
        return "there is no such option."
            + ((same ?? Self.nearest(to: name, among: names)).map { " Did you mean \($0)?" } ?? "")
            + " 'echo-gpu config --all' lists them."
    }

    private static func refusal(ofOneRun option: String) -> String {
        "--\(option) says what one run does: give it on the command line."
    }

    /// What is mistyped is behind the prefix, which is long enough to make any two variables near.
    private static func nearest(to name: String, among names: [String]) -> String? {
        guard name.hasPrefix(prefix) else { return Spelling.nearest(to: name, among: names) }
        let typed = name.dropFirst(prefix.count)
        guard typed.count > 1 else { return nil }
        return Spelling.nearest(
            to: String(typed), among: names.map { String($0.dropFirst(prefix.count)) }
        ).map { prefix + $0 }
    }

    private static func isOwn(_ option: String, of command: String) -> Bool {
        differing.contains(option) || apart[command]?.contains(option) == true
    }
}
