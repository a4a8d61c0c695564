import Glibc
import Synchronization

/// A program that runs beside this one: its standard output comes piece by piece, of its standard error
/// the end is kept. It is ended with this object.
///
/// It gets no terminal, no signals of ours, and of our files the one that it is to read.
final class ChildProcess {
    /// How a program ended.
    enum End: Hashable {
        case status(Int32)
        case signal(Int32)
        /// The system does not say: the process that this library is in ignores SIGCHLD, or waits for every
        /// child.
        case unknown
    }

    /// What cannot be done, with the system's number.
    struct Failure: Error {
        let number: Int32
    }

    /// The end of what it said on standard error.
    private(set) var errorText: [UInt8] = []
    private var process: pid_t = 0
    private var output: Int32 = -1
    private var errors: Int32 = -1

    /// Where the program finds the file that it is to read.
    static let inputDescriptor: Int32 = 3
    private static let errorLimit = 1 << 14
    private static let starting = Mutex(())
    /// How often somebody is asked whether the bytes are still wanted, in ms.
    private static let interval: Int32 = 100

    /// Starts a program, which is looked for on `PATH`.
    ///
    /// - Parameter input: A descriptor that it has as ``inputDescriptor``.
    init(_ arguments: [String], input: Int32) throws(Failure) {
        // Another child that starts at the same time would keep a pipe of this one open.
        let number = Self.starting.withLock { _ in start(arguments, input) }
        guard number == 0 else { throw Failure(number: number) }
    }

    deinit {
        for descriptor in [output, errors] where descriptor >= 0 { close(descriptor) }
        guard process > 0 else { return }
        kill(process, SIGKILL)
        _ = wait()
    }

    /// Makes the pipes and the process; returns the system's number where that fails.
    private func start(_ arguments: [String], _ input: Int32) -> Int32 {
        var ends: [Int32] = [-1, -1, -1, -1]
        for place in [0, 2] {
            var pair: [Int32] = [-1, -1]
            guard pipe(&pair) == 0 else {
                let number = errno
                for descriptor in ends where descriptor >= 0 { close(descriptor) }
                return number
            }
            ends.replaceSubrange(place..<place + 2, with: pair)
        }
        for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        (output, errors) = (ends[0], ends[2])
        for descriptor in [output, errors] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        defer { for descriptor in [ends[1], ends[3]] { close(descriptor) } }
        return spawn(arguments, input, ends[1], ends[3])
    }

    private func spawn(
        _ arguments: [String], _ input: Int32, _ output: Int32, _ errors: Int32
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Away from the places that the next ones go to.
        let copies = [output, errors, input].map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
        defer { for copy in copies where copy >= 0 { close(copy) } }
        if copies.contains(-1) { return EMFILE }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (copy, place) in zip(copies, [1, 2, Self.inputDescriptor]) {
            posix_spawn_file_actions_adddup2(&actions, copy, place)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // A group of its own: Ctrl-C in the terminal asks us to stop, and the child must not fail by it.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var strings = arguments.map { strdup($0) } + [nil]
        defer { for string in strings { free(string) } }
        return posix_spawnp(&process, arguments[0], &actions, &attributes, &strings, environ)
    }

    /// Passes standard output on, piece by piece, to its end.
    ///
    /// - Returns: How the program ended; nil if its output is unwanted: it ends with this object.
    func run<Problem: Error>(
        _ isUnwanted: () -> Bool,
        _ take: (UnsafeRawBufferPointer) throws(Problem) -> Void
    ) throws(Problem) -> End? {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while output >= 0 || errors >= 0 {
            var polled = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&polled, 2, Self.interval)
            if isUnwanted() { return nil }
            if polled[0].revents != 0 {
                let count = read(&output, &buffer)
                try buffer.withUnsafeBufferPointer { bytes throws(Problem) in
                    let piece = UnsafeBufferPointer(rebasing: bytes[..<count])
                    if count > 0 { try take(UnsafeRawBufferPointer(piece)) }
                }
            }
            if polled[1].revents != 0 {
                let count = read(&errors, &buffer)
                errorText = (errorText + buffer.prefix(count)).suffix(Self.errorLimit)
            }
        }
        return wait()
    }

    /// Reads what is there; at the end closes the descriptor and returns 0.
    private func read(_ descriptor: inout Int32, _ buffer: inout [UInt8]) -> Int {
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return 0 }
        if count <= 0 {
            close(descriptor)
            descriptor = -1
        }
        return max(0, count)
    }

    private func wait() -> End {
        var status: Int32 = 0
        var ended: pid_t
        repeat { ended = waitpid(process, &status, 0) } while ended < 0 && errno == EINTR
        process = 0
        guard ended > 0 else { return .unknown }
        let signal = status & 0x7F
        return signal == 0 ? .status(status >> 8 & 0xFF) : .signal(signal)
    }
}
