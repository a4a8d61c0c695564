import EchoFormats

/// Options that take one value and are given twice with two: swift-argument-parser takes the last in silence.
enum RepeatedOptions: Misreading {
    /// Also where one name is the beginning of another: `-o` and `--output`, `--batch` and `--batch-size`.
    static func isPossible(_ arguments: [String]) -> Bool {
        let names = arguments.filter { $0.hasPrefix("-") }.map { argument in
            argument.drop { $0 == "-" }.prefix { $0 != "=" }
        }.filter { !$0.isEmpty }.sorted()
        return zip(names, names.dropFirst()).contains { $1.hasPrefix($0) }
    }

    static func refusal(_ scan: CommandLineScan) -> String? {
        var values: [String: (name: String, value: String)] = [:]
        for given in scan.options {
            guard let argument = given.argument, argument.kind == .option, !argument.isRepeating,
                let value = given.value
            else { continue }
            let earlier = values.updateValue((given.name, value), forKey: argument.name)
            guard let earlier, !earlier.value.hasSameBytes(as: value) else { continue }
            return
                "\(earlier.name) \(quoted(earlier.value)) and \(given.name) \(quoted(value)) are both "
                + "given, and it takes one value. Leave one of them out."
        }
        return nil
    }
}
