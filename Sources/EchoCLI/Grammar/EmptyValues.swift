/// Options with nothing behind their `=`, as a script writes them whose variable is not set: `--output="$OUT"`.
///
/// swift-argument-parser takes the next argument for the value, so the first recording would be where the output
/// goes.
enum EmptyValues: Misreading {
    static func isPossible(_ arguments: [String]) -> Bool {
        arguments.contains { $0.hasPrefix("-") && $0.hasSuffix("=") }
    }

    static func refusal(_ scan: CommandLineScan) -> String? {
        let empty = scan.options.first { $0.argument != nil && $0.text == $0.name + "=" }
        guard let given = empty else { return nil }
        return
            "\(given.text) has no value behind it. Write one, or leave \(given.name) out; a value "
            + "that is empty on purpose is written \(given.name) ''."
    }
}
