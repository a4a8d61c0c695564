/// Whose fault it is that a recording has no embedding, which decides what is done about it.
package enum FailureNature: Hashable, Sendable {
    /// The recording's. It is recorded as failed, and left alone until the file changes.
    case lasting
    /// A file that is away, or a disk or mount that does not answer. It is recorded as failed, and the
    /// next run tries it again by itself.
    case passing
    /// This process's or this machine's: no room, no descriptors, no memory. The run stops, and nothing
    /// is recorded as failed.
    case ours
}

extension SignalError {
    /// Codes of failures that may pass by themselves.
    package static let passingCodes: Set<String> = ["missing"]

    package var nature: FailureNature {
        cause == .stopped ? .ours : Self.passingCodes.contains(code) ? .passing : .lasting
    }
}
