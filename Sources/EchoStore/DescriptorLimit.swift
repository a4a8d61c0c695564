import Glibc

/// How many files this process may have open at once.
package enum DescriptorLimit {
    /// Raises the limit as far as the system lets a process raise it itself: recordings of 700 sample
    /// rates are tables of 700 widths.
    package static func raise() {
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        // What cannot be raised stays, and ``OpenFilePool`` makes do with it.
        _ = setrlimit(kind, &limit)
    }

    /// Whether `count` more files can be opened.
    package static func leaves(_ count: Int) -> Bool {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        for _ in 0..<count {
            let descriptor = dup(STDERR_FILENO)
            guard descriptor >= 0 else { return false }
            opened.append(descriptor)
        }
        return true
    }

    /// The limit as it is now.
    package static var current: Int {
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return 256 }
        return Int(clamping: limit.rlim_cur)
    }

    private static let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
}
