import EchoExtract
import EchoFormats
import FoundationEssentials

/// A file of defaults: one JSON object whose members are options, and objects of options by the name of their command.
///
/// ```json
/// {"model": "echo-tiny", "device": "gpu", "extract": {"level": "both", "part_size": 4096}}
/// ```
enum ConfigurationFile {
    /// The defaults in a file.
    ///
    /// - Throws: ``EchoError`` of kind `input` if it is not there or cannot be read, `usage` if it is no JSON or
    ///   has a name or a value that cannot be.
    static func read(
        _ path: String, _ options: ConfigurableOptions
    ) throws(EchoError) -> [OptionDefault] {
        var bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw EchoError(
                .input,
                """
                \(path): the configuration cannot be read: \(error.systemReason). Check its path and \
                permissions, or name another with --config; --config '' reads none.
                """)
        }
        // The mark of UTF-8 that editors of Windows put in front.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        var members = JSONObject()
        do throws(JSONScanner.Failure) {
            var scanner = JSONScanner(bytes)
            members = try scanner.object()
            try scanner.end()
        } catch {
            throw EchoError(
                .usage,
                "\(path): \(error). A configuration is one JSON object, such as {\"batch\": 64}.")
        }
        return try defaults(members, path, options)
    }

    private static func defaults(
        _ members: JSONObject, _ path: String, _ options: ConfigurableOptions
    ) throws(EchoError) -> [OptionDefault] {
        var named: [(name: String, value: JSONValue)] = []
        for member in members.members {
            guard case .object(let section) = member.value else {
                // One spelling: what is of one command stands in its object.
                guard !member.key.contains(".") else {
                    throw EchoError(
                        .usage,
                        """
                        \(path): \(quoted(member.key)): write an object with the name of the command, such as \
                        {"extract": {"level": "both"}}.
                        """)
                }
                named.append((member.key, member.value))
                continue
            }
            guard options.commands.contains(member.key) else {
                let near = Spelling.nearest(to: member.key, among: options.commands)
                throw EchoError(
                    .usage,
                    "\(path): \(quoted(member.key)) is no command that has defaults."
                        + (near.map { " Did you mean \($0)?" } ?? "")
                        + " They are \(options.commands.joined(separator: ", ")).")
            }
            named += section.members.map { ("\(member.key).\($0.key)", $0.value) }
        }
        var defaults: [OptionDefault] = []
        for (name, value) in named {
            guard let key = options.key(member: name), let option = options.option(key) else {
                throw EchoError(
                    .usage, "\(path): \(quoted(name)): \(options.refusal(of: name, \.member))")
            }
            do throws(OptionDefault.Problem) {
                defaults.append(try OptionDefault(key, value, of: option, origin: path))
            } catch {
                throw EchoError(.usage, "\(path): \(name): \(error.text)")
            }
        }
        return defaults
    }
}
