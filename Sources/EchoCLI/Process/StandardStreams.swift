import Glibc

/// The three streams that a process is given, made fit for use.
enum StandardStreams {
    static func prepare() {
        // A reader that goes, and a file beyond the limit of its size, are errors of the write.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // The number of a closed stream would go to the next file that is opened, and what is printed into
        // that. Standard output is opened so that writing fails, and is noticed.
        for (descriptor, mode) in [
            (STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
        ] where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", mode)
        }
    }
}
