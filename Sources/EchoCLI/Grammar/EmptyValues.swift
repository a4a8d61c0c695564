/// Empty arguments, and options with nothing behind their `=`, as a script writes them whose variable is not set:
/// `--output "$OUT"`, `--output="$OUT"`.
///
/// Of the second swift-argument-parser takes the next argument for the value, so the first recording would be where
/// the output goes.
enum EmptyValues: Misreading {
    static func isPossible(_ arguments: [String]) -> Bool {
        arguments.contains { $0.isEmpty || $0.hasPrefix("-") && $0.hasSuffix("=") }
    }

    static func refusal(_ scan: CommandLineScan) -> String? {
        if let given = scan.options.first(where: {
            $0.argument != nil && $0.text == $0.name + "="
        }) {
            return
                "\(given.text) has no value behind it. Write one, or leave \(given.name) out."
                + (mayBeEmpty(given) ? " For none write \(given.name) ''." : "")
        }
        if let given = scan.options.first(where: { $0.value == "" && !mayBeEmpty($0) }) {
            return "\(given.name) has an empty value: perhaps a variable of the shell is not set. "
                + "Write a value, or leave \(given.name) out."
        }
        guard scan.positionals.contains("") else { return nil }
        return "an argument is empty: perhaps a variable of the shell is not set. Write a path, or "
            + "leave the argument out."
    }

    /// Of `--config` nothing means no file.
    private static func mayBeEmpty(_ given: CommandLineScan.Given) -> Bool {
        given.argument?.plainName == "config"
    }
}
