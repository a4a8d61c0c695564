/// Something among the arguments that the parser or a command would take for something else: it is refused before
/// anything is done with it.
protocol Misreading {
    /// A look that costs nothing; false if there is none of it.
    static func isPossible(_ arguments: [String]) -> Bool
    /// What is wrong with the first of it, and what to write instead; nil if there is none.
    static func refusal(_ scan: CommandLineScan) -> String?
}
