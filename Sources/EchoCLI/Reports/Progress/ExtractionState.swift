import EchoExtract

/// How far `extract` is, its preparations included: what bars, lines, JSON and metrics are made of.
struct ExtractionState: Sendable {
    /// What goes on before there is an extraction.
    enum Step: Sendable {
        /// Folders are searched, archives and lists are read.
        case finding
        /// The model is loaded, the device is opened, and what is new to it is checked.
        case opening
        case fetching(ModelHub.Progress)
        case extracting
    }

    var step = Step.finding
    var progress = Extraction.Progress()
    /// True while the device's driver compiles.
    var isCompiling = false
    /// Seconds since the command began.
    var seconds = 0.0
    /// Nil until it ends.
    var exitStatus: Int32?

    /// What goes on, as a name that stays the same.
    var phase: String {
        if exitStatus != nil { return "ended" }
        return switch step {
        case .finding: "finding"
        case .opening: isCompiling ? "compiling" : "opening"
        case .fetching: "fetching"
        case .extracting: progress.phase.rawValue
        }
    }
}
