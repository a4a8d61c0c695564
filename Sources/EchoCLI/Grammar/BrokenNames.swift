import EchoFormats

/// Names that are not valid UTF-8. Arguments are text, in which such bytes are replaced: another file than the one that
/// was named would be looked for, or made.
enum BrokenNames: Misreading {
    private static let mark: Character = "\u{FFFD}"
    /// Commands of which what stands without an option is a folder; of the others inputs are checked by themselves.
    private static let ofFolders: Set<String> = ["compact", "inspect", "report"]

    static func isPossible(_ arguments: [String]) -> Bool {
        arguments.contains { $0.contains(mark) }
    }

    static func refusal(_ scan: CommandLineScan) -> String? {
        let values = scan.options.compactMap(\.value)
        let folders = ofFolders.contains(scan.command.name) ? scan.positionals : []
        guard let name = (values + folders).first(where: { $0.contains(mark) }) else { return nil }
        return
            "\(quoted(name)) is not valid UTF-8, as the names that are written and read must be. "
            + "Rename it, or make a link to it with another name."
    }
}
