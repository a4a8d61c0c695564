import Glibc

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
    package static let passingCodes: Set<String> = SystemAnswer.passingCodes.union([
        "no-ffmpeg", "ffmpeg-ended",
    ])

    package var nature: FailureNature {
        switch cause {
        // What a run that was stopped did not read is no recording's fault.
        case .ours, .stopped: .ours
        default: Self.passingCodes.contains(code) ? .passing : .lasting
        }
    }

    /// Why the system does not open or read a recording: its own trouble, or ours.
    ///
    /// - Parameter number: What the system answers (`errno`).
    init(path: String, system number: Int32) {
        if let failure = OwnFailure(number, "\(path) cannot be read") {
            self.init(path: path, .ours(failure))
        } else if [ENOENT, ENOTDIR].contains(number) {
            self.init(path: path, .missing(String(cString: strerror(number))))
        } else {
            self.init(path: path, .system(number))
        }
    }
}
