/// Defaults of options and where they come from, as text and as JSON.
struct ConfigReport: Encodable {
    struct File: Encodable {
        let path: String
        let isThere: Bool
    }

    struct Default: Encodable {
        /// As a file has it: `extract.level`.
        let name: String
        let value: String
        /// The variable, or the file.
        let origin: String
        /// The commands that it holds for; none if others count for more.
        let commands: [String]
    }

    struct Name: Encodable {
        let name: String
        let variable: String
    }

    let files: [File]
    let defaults: [Default]
    /// Every name there is, where that was asked for.
    let names: [Name]?

    init(_ configuration: Configuration, listsAll: Bool) {
        files = configuration.places.compactMap { place in
            place.path.map { File(path: $0, isThere: place.isThere) }
        }
        let options = configuration.options
        defaults = configuration.places.flatMap(\.defaults).map { given in
            let commands = options.commands.filter { command in
                options.options(of: command).contains { option in
                    let value = configuration.value(of: option, for: command)
                    return value?.key == given.key && value?.origin == given.origin
                }
            }
            return Default(
                name: given.key.member, value: given.text, origin: given.origin,
                commands: commands)
        }
        names = listsAll ? options.keys.map { Name(name: $0.member, variable: $0.variable) } : nil
    }

    var lines: [String] {
        if let names {
            var table = TextTable([.left("in a file"), .left("in the environment")])
            for name in names { table.append([name.name, name.variable]) }
            return table.lines
        }
        let places =
            files.isEmpty
            ? ["none, since --config, or ECHO_GPU_CONFIG, is set to nothing"]
            : files.map { "\($0.path)\($0.isThere ? "" : " (not there)")" }
        guard !defaults.isEmpty else {
            return [
                "No option has a default from elsewhere. Looked into the environment, and files:"
            ]
                + places.map { "  " + $0 }
        }
        var table = TextTable([
            .left("option"), .left("value"), .left("from"), .left("holds for"),
        ])
        for row in defaults {
            let commands = row.commands.joined(separator: ", ")
            table.append([
                row.name, row.value, row.origin,
                commands.isEmpty ? "none: another counts for more" : commands,
            ])
        }
        return table.lines + ["Files:"] + places.map { "  " + $0 }
    }
}
