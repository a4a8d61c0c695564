/// What swift-argument-parser takes for a request for help, and answers with status 0: a script would take that for
/// success. Letters behind one dash are such if one of them is an h, as in `-batch 3`; and so is `--help=3`.
enum UnwantedHelp: Misreading {
    private static let flags = ["-h", "--help", "--version"]

    static func isPossible(_ arguments: [String]) -> Bool {
        arguments.contains { argument in
            CommandLineScan.isBundle(argument) || flags.contains { argument.hasPrefix($0 + "=") }
        }
    }

    static func refusal(_ scan: CommandLineScan) -> String? {
        if let given = scan.options.first(where: { $0.value != nil && flags.contains($0.name) }) {
            return "\(given.name) takes no value. Leave out what stands behind it."
        }
        guard scan.options.contains(where: { $0.argument == nil && $0.isBundled }) else {
            return nil
        }
        let mistake = UsageMistake(scan)
        return mistake.unknownCommand ?? mistake.unknownOption
    }
}
