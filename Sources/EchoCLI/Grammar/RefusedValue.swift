import EchoFormats

/// A value that swift-argument-parser could not read: what the option says of it, or what the option is.
enum RefusedValue {
    /// - Parameter message: What the parser says.
    /// - Returns: A sentence or more; nil if the message is about something else.
    static func text(_ message: String, _ scan: CommandLineScan) -> String? {
        for given in scan.options {
            guard let value = given.value, let argument = given.argument else { continue }
            let beginning = "The value '\(value)' is invalid for '\(given.name) "
            guard message.hasPrefix(beginning) else { continue }
            let parts = message.dropFirst(beginning.count).split(separator: ">': ", maxSplits: 1)
            guard parts.count == 2 else {
                return
                    "\(given.name) does not take \(quoted(value)).\n  \(argument.synopsis)  \(argument.abstract)"
            }
            let whole = String(parts[1]).endingInAFullStop
            return whole.contains(argument.name) ? whole : "\(given.name): \(whole)"
        }
        return nil
    }
}

extension String {
    /// With a full stop behind its last sentence, if that has no end.
    var endingInAFullStop: String {
        guard let last, !".?!".contains(last) else { return self }
        return self + "."
    }
}
