import Glibc

/// What the system answers where the bytes of a file are not available.
struct SystemAnswer: Hashable, Sendable {
    /// The system's number (`errno`).
    let number: Int32

    init(_ number: Int32) { self.number = number }

    /// Codes of answers that may be others tomorrow.
    static let passingCodes: Set<String> = [
        "missing", "no-access", "io-error", "stale", "timed-out", "unavailable",
    ]

    /// A short name that stays the same between versions.
    var code: String {
        switch number {
        case EACCES, EPERM: "no-access"
        case EIO: "io-error"
        case ESTALE: "stale"
        case ETIMEDOUT: "timed-out"
        case ENXIO, ENODEV, ENOTCONN, EHOSTDOWN, EHOSTUNREACH, ENETDOWN, ENETUNREACH, ECONNRESET,
            ECONNREFUSED, ECONNABORTED, EREMOTEIO, ENOMEDIUM, EAGAIN, EBUSY, ETXTBSY, ENOLINK,
            ESHUTDOWN, EKEYEXPIRED:
            "unavailable"
        case ELOOP, ENAMETOOLONG, EINVAL: "cannot-open"
        default: "io-error"
        }
    }

    /// In the system's words.
    var text: String { String(cString: strerror(number)) }

    /// What to try.
    var remedy: String {
        switch code {
        case "no-access": "Check its permissions and those of its folders."
        case "io-error": "Check the disk or the mount (dmesg says more), then run it again."
        case "stale": "Mount the file system anew, then run it again."
        case "cannot-open": "Check the path."
        default: "Check the mount and the network, then run it again."
        }
    }
}
