import Glibc

/// Why a model could not be fetched from the hub, or its cache not be used: what failed, with which
/// values, what to try.
package struct HubError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What failed.
    package enum Cause: Hashable, Sendable {
        /// A repository's name, a revision or a setting that cannot be one.
        case usage
        /// No answer: no network, no such host, an answer that broke off too often.
        case unreachable
        /// The hub answers that it cannot now: 429 or 5xx.
        case busy
        /// `HF_HUB_OFFLINE` forbids the network, or there is no libcurl, and the cache lacks the model.
        case offline
        /// The token is refused (401).
        case unauthorized
        /// The repository is gated, or the token may not read it (403).
        case forbidden
        /// There is no such repository, or it is private (404; 401 without a token).
        case noRepository
        /// The repository has no such branch, tag or commit.
        case noRevision
        /// The revision has no such file.
        case noFile
        /// The revision has no `model.safetensors`.
        case noCheckpoint
        /// An answer that no hub gives.
        case answer
        /// Content that is not what its hash says, or longer than announced.
        case corrupt
        /// A file or folder that cannot be made.
        case create
        /// A file that cannot be written or read: a full disk among others.
        case write
    }

    package let cause: Cause
    /// The repository, URL or file.
    package let subject: String
    /// What failed.
    package let what: String
    /// What to try.
    package let remedy: String
    /// Seconds after which the hub asks to be asked again; nil if it does not say.
    package let retryAfter: Double?

    package init(
        _ cause: Cause, _ subject: String, _ what: String, remedy: String,
        retryAfter: Double? = nil
    ) {
        self.cause = cause
        self.subject = subject
        self.what = what
        self.remedy = remedy
        self.retryAfter = retryAfter
    }

    package var description: String { "\(subject): \(what). \(remedy)" }

    /// True if the hub may well answer a minute later, so that what the cache has will do.
    var isTemporary: Bool { cause == .unreachable || cause == .busy }

    /// A call of the system that failed with `errno`.
    static func system(_ cause: Cause, _ path: String, _ what: String, _ code: Int32) -> HubError {
        let reason = String(cString: strerror(code))
        let remedy =
            switch code {
            case ENOSPC, EDQUOT, EFBIG:
                "Free some space, or set HF_HUB_CACHE to a folder that has it; what was fetched is kept."
            default:
                "Check the folder's permissions, or set HF_HUB_CACHE to one that can be written to."
            }
        return HubError(cause, path, "\(what): \(reason)", remedy: remedy)
    }
}
