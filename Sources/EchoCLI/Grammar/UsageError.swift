/// A command line that cannot be carried out: what is wrong, and whose help says more.
struct UsageError: Error {
    let text: String
    /// What is typed for the command, `echo-gpu` in front.
    let command: String

    init(_ text: String, of command: String) { (self.text, self.command) = (text, command) }
}

/// A command line that ends where a command should be named: its help says which there are.
struct CommandMissing: Error {}
