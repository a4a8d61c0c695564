/// Whether a command line asks for help: of which command, and how much of it.
struct HelpRequest {
    /// `echo-gpu`, then the command.
    let commands: [CommandTree.Command]
    /// `-h`: what people need; otherwise all there is.
    let isShort: Bool

    /// A look that costs nothing, before the commands are described: false if no help can be meant.
    static func isPossible(_ arguments: [String]) -> Bool {
        arguments.contains {
            $0 == "-h" || $0 == "--help" || $0 == "help"
                || CommandLineScan.isBundle($0) && $0.contains("h")
        }
    }

    /// Nil if the line asks for no help.
    ///
    /// - Throws: ``UsageError`` if it asks for help of a command that there is not, or `help` has an option.
    init?(_ scan: CommandLineScan) throws(UsageError) {
        if scan.commands.count == 2, scan.command.name == "help" {
            let named = CommandLineScan(scan.positionals)
            if let mistake = UsageMistake(named).unknownCommand {
                throw UsageError(mistake, of: named.commandPath)
            }
            if let mistake = UsageMistake(scan).unknownOption {
                throw UsageError(mistake, of: named.commandPath)
            }
            (commands, isShort) = (named.commands, false)
            return
        }
        // Of -batch, which is refused, the last letter asks for nothing.
        let unknown = Set(scan.options.filter { $0.argument == nil }.map(\.text))
        let asked = scan.options.first {
            ($0.name == "-h" || $0.name == "--help") && !unknown.contains($0.text)
        }
        guard let asked else { return nil }
        if let mistake = UsageMistake(scan).unknownCommand {
            throw UsageError(mistake, of: scan.commandPath)
        }
        (commands, isShort) = (scan.commands, asked.name == "-h")
    }

    /// The help, for a terminal so many characters wide.
    func text(width: Int) -> String {
        let page = HelpPage(commands, width: width)
        return isShort ? page.short : page.long
    }
}
