extension EchoError.Kind {
    /// The number that the command exits with and that the C library returns, after sysexits.h where it
    /// has one.
    package var status: Int32 {
        switch self {
        case .busy: 4
        case .usage: 64  // EX_USAGE
        case .signal, .data: 65  // EX_DATAERR
        case .input: 66  // EX_NOINPUT
        case .hub: 68  // EX_NOHOST
        case .device: 69  // EX_UNAVAILABLE
        case .system: 71  // EX_OSERR
        case .create: 73  // EX_CANTCREAT
        case .write: 74  // EX_IOERR
        case .stopped: 75  // EX_TEMPFAIL
        case .model: 78  // EX_CONFIG
        }
    }
}
