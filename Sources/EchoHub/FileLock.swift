import Glibc

/// The lock of a blob between processes: `flock` on a file, as Python's `filelock` takes it, so that
/// the two wait for one another. It goes with its owner, whatever ends it.
final class FileLock {
    private var descriptor: Int32

    /// Takes the lock, making the file if it is missing; waits where another has it, and calls
    /// `onWait` first.
    ///
    /// Where the file system knows no locks it is not taken, and two may then fetch the same file; what
    /// either puts in place has been checked.
    ///
    /// - Throws: ``HubError`` if the file cannot be made.
    init(path: String, onWait: () -> Void) throws(HubError) {
        var hasWaited = false
        while true {
            let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o664)
            guard opened >= 0 else {
                throw .system(.create, path, "the lock cannot be made", errno)
            }
            if flock(opened, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
                if !hasWaited { onWait() }
                hasWaited = true
                while flock(opened, LOCK_EX) != 0, errno == EINTR {}
            }
            // Its last owner may have removed the file: then the lock is on one that nobody else sees.
            if Self.isStill(opened, path) {
                descriptor = opened
                return
            }
            close(opened)
        }
    }

    deinit { release() }

    /// Lets others have it.
    func release() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private static func isStill(_ descriptor: Int32, _ path: String) -> Bool {
        var (held, named) = (stat(), stat())
        return fstat(descriptor, &held) == 0 && stat(path, &named) == 0
            && held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }
}
