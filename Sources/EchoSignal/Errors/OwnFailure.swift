import EchoTensor
import Glibc

/// What this process or this machine cannot give, which is no recording's fault.
package struct OwnFailure: Hashable, Sendable {
    /// What it ends the run as.
    package enum Kind: Hashable, Sendable {
        /// A file of ours cannot be made.
        case create
        /// A file of ours cannot be written.
        case write
        /// No descriptors, no memory.
        case system
    }

    package let kind: Kind
    /// What failed, and what to try.
    package let text: String
    package let remedy: String

    /// What no recording is to blame for; nil if the number means anything else.
    ///
    /// - Parameter what: What could not be done.
    init?(_ number: Int32, _ what: String) {
        switch number {
        case EMFILE: remedy = "Raise the limit on open files: ulimit -n 4096."
        case ENFILE: remedy = "The whole machine has too many files open: end other programs."
        case ENOMEM, ENOBUFS: remedy = "Give the process more memory, or use a smaller --batch."
        default: return nil
        }
        (kind, text) = (.system, "\(what): \(String(cString: strerror(number)))")
    }

    /// Memory that the system does not give.
    init(_ error: MemoryError) {
        (kind, text, remedy) = (.system, error.text, MemoryError.remedy)
    }

    /// A temporary file that cannot be made or written.
    init(temporary kind: Kind, _ path: String, _ number: Int32) {
        if let failure = OwnFailure(number, "\(path) cannot be made") {
            self = failure
            return
        }
        let verb = kind == .create ? "made" : "written"
        self.kind = kind
        text = "\(path), a temporary file, cannot be \(verb): \(String(cString: strerror(number)))"
        remedy =
            number == EFBIG
            ? "Raise the limit on the size of files: ulimit -f unlimited."
            : "Make room there, or let TMPDIR name a folder that exists and has room."
    }
}
