import EchoExtract
import EchoFormats
import FoundationEssentials

/// Defaults of options from the environment and from files. What is typed counts for more than all of them; then comes
/// the environment, then the user's file, then the machine's.
struct Configuration {
    /// One place that defaults come from.
    struct Place {
        /// The file; nil for the environment.
        let path: String?
        let isThere: Bool
        let defaults: [OptionDefault]
    }

    /// The one that counts for more first.
    let places: [Place]
    let options: ConfigurableOptions

    /// Whether any of this is there to be read: a look that costs very little.
    static func isPossible(_ environment: [String: String]) -> Bool {
        let hasVariable = environment.contains { isDefault($0.key, $0.value) }
        let files = ConfigurationPlaces.files(named: nil, environment)
        return hasVariable
            || files.paths.contains { files.mustExist || ConfigurationPlaces.exists($0) }
    }

    /// Reads variables and files.
    ///
    /// - Parameter named: The file that `--config` names; nothing for no file.
    /// - Throws: ``EchoError`` of kind `usage` for a name or a value that cannot be, with where it stands; of kind
    ///   `input` for a file that was asked for and cannot be read.
    init(named: String?, _ environment: [String: String]) throws(EchoError) {
        let options = ConfigurableOptions()
        var places = [
            Place(
                path: nil, isThere: true, defaults: try Self.variables(environment, options))
        ]
        let (paths, mustExist) = ConfigurationPlaces.files(named: named, environment)
        for path in paths {
            let isThere = mustExist || ConfigurationPlaces.exists(path)
            let defaults = isThere ? try ConfigurationFile.read(path, options) : []
            places.append(Place(path: path, isThere: isThere, defaults: defaults))
        }
        (self.places, self.options) = (places, options)
    }

    /// Whether a variable is an option's default. Set to nothing is not set.
    private static func isDefault(_ name: String, _ value: String) -> Bool {
        name.hasPrefix(ConfigurableOptions.prefix) && name != ConfigurableOptions.fileVariable
            && !value.isEmpty
    }

    private static func variables(
        _ environment: [String: String], _ options: ConfigurableOptions
    ) throws(EchoError) -> [OptionDefault] {
        var defaults: [OptionDefault] = []
        for (name, value) in environment.sorted(by: { $0.key < $1.key })
        where isDefault(name, value) {
            guard let key = options.key(variable: name), let option = options.option(key) else {
                throw EchoError(
                    .usage,
                    "\(name): \(options.refusal(of: name, \.variable)) Or unset it: what begins "
                        + "with \(ConfigurableOptions.prefix) is taken for an option.")
            }
            do throws(OptionDefault.Problem) {
                defaults.append(
                    try OptionDefault(key, variable: value, of: option, origin: name))
            } catch {
                throw EchoError(.usage, "\(name): \(error.text)")
            }
        }
        return defaults
    }

    /// The default of a command's option; nil if none is given anywhere.
    func value(of option: CommandTree.Argument, for command: String) -> OptionDefault? {
        found(option, for: command)?.value
    }

    /// Likewise with the number of its place.
    ///
    /// By place first: what the environment says of all commands counts for more than what a file says of one. Several
    /// values are for commands that take several.
    private func found(
        _ option: CommandTree.Argument, for command: String
    ) -> (value: OptionDefault, place: Int)? {
        let keys = options.keys(of: option, for: command)
        for (number, place) in places.enumerated() {
            for key in keys {
                if let found = place.defaults.first(where: {
                    $0.key == key && ($0.values.count < 2 || option.isRepeating)
                }) {
                    return (found, number)
                }
            }
        }
        return nil
    }

    /// Where the option that an option gives way to is set nearer by: -1 if it is typed; nil if it is not set.
    private func oppositePlace(
        of option: CommandTree.Argument, for command: String, typed: Set<String>
    ) -> Int? {
        guard let name = ConfigurableOptions.yields[option.plainName] else { return nil }
        if typed.contains(name) { return -1 }
        let opposite = options.options(of: command).first { $0.plainName == name }
        return opposite.flatMap { found($0, for: command) }.flatMap {
            $0.value.isOn ? $0.place : nil
        }
    }

    /// What is to be typed for the options of a command that nobody typed.
    func defaults(
        for scan: CommandLineScan
    ) -> [(option: CommandTree.Argument, value: OptionDefault)] {
        guard scan.commands.count == 2 else { return [] }
        let command = scan.command.name
        var values: [String: String] = [:]
        for given in scan.options {
            if let argument = given.argument { values[argument.plainName] = given.value ?? "" }
        }
        let typed = Set(values.keys)
        var defaults: [(option: CommandTree.Argument, value: OptionDefault)] = []
        for option in options.options(of: command) where !typed.contains(option.plainName) {
            guard let (value, place) = found(option, for: command),
                oppositePlace(of: option, for: command, typed: typed) ?? place >= place
            else { continue }
            defaults.append((option, value))
            values[option.plainName] = value.text
        }
        let needs = ConfigurableOptions.needs[command] ?? [:]
        // What one needs may itself be left out, as it needs another.
        while let place = defaults.firstIndex(where: { option, _ in
            needs[option.plainName].map { !Self.areMet($0, values) } ?? false
        }) {
            values[defaults.remove(at: place).option.plainName] = nil
        }
        return defaults
    }

    /// - Parameter needs: Options of which one has to be there, perhaps with a value: `layout=parts`.
    private static func areMet(_ needs: [String], _ values: [String: String]) -> Bool {
        needs.contains { need in
            let halves = need.split(separator: "=").map(String.init)
            return values[halves[0]].map { halves.count == 1 || halves[1] == $0 } ?? false
        }
    }
}
