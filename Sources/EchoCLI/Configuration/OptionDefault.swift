import EchoFormats

/// A default of an option that is taken from elsewhere.
struct OptionDefault {
    let key: ConfigurableOptions.Key
    /// One value, several of an option that may be repeated; of a flag none.
    let values: [String]
    /// For a flag, whether it is on; true for options.
    let isOn: Bool
    /// The file, or the variable.
    let origin: String

    /// What is typed for it: nothing for a flag that is off.
    func arguments(_ option: CommandTree.Argument) -> [String] {
        guard option.kind == .option else { return isOn ? [option.name] : [] }
        return values.map { "\(option.name)=\($0)" }
    }

    /// As a report shows it.
    var text: String { values.isEmpty ? "\(isOn)" : values.joined(separator: ", ") }
}

extension OptionDefault {
    /// What is wrong with a value, and what to write instead: a sentence, or two.
    struct Problem: Error {
        let text: String
    }

    /// Reads a member of a file.
    init(
        _ key: ConfigurableOptions.Key, _ value: JSONValue, of option: CommandTree.Argument,
        origin: String
    ) throws(Problem) {
        guard option.kind == .option else {
            guard case .bool(let isOn) = value else {
                throw Problem(
                    text: "a flag takes true or false, not \(shown(value.text, limit: 80)).")
            }
            self.init(key: key, values: [], isOn: isOn, origin: origin)
            return
        }
        var values: [String] = []
        if case .array(let items) = value {
            guard option.isRepeating else {
                throw Problem(text: "it takes one value, not a list.")
            }
            for item in items { values.append(try Self.text(item)) }
        } else {
            values = [try Self.text(value)]
        }
        try self.init(key, values, option, origin)
    }

    /// Reads a variable.
    init(
        _ key: ConfigurableOptions.Key, variable text: String, of option: CommandTree.Argument,
        origin: String
    ) throws(Problem) {
        guard option.kind == .option else {
            switch text.lowercased() {
            case "1", "true", "yes", "on":
                self.init(key: key, values: [], isOn: true, origin: origin)
            case "0", "false", "no", "off":
                self.init(key: key, values: [], isOn: false, origin: origin)
            default:
                throw Problem(text: "a flag takes 1 or 0, not \(quoted(text)).")
            }
            return
        }
        let values =
            option.isRepeating
            ? text.split(separator: ",").map { $0.trimmed } : [text]
        try self.init(key, values, option, origin)
    }

    private init(
        _ key: ConfigurableOptions.Key, _ values: [String], _ option: CommandTree.Argument,
        _ origin: String
    ) throws(Problem) {
        guard !values.isEmpty, !values.contains("") else {
            throw Problem(text: "there is no value; leave the name out, or give one.")
        }
        for value in values {
            if let refusal = option.refusal(of: value) { throw Problem(text: "it \(refusal)") }
        }
        self.init(key: key, values: values, isOn: true, origin: origin)
    }

    private static func text(_ value: JSONValue) throws(Problem) -> String {
        switch value {
        case .string(let text): return text
        case .number(let text): return text
        case .null, .bool, .array, .object:
            throw Problem(text: "it takes text or a number, not \(shown(value.text, limit: 80)).")
        }
    }
}
