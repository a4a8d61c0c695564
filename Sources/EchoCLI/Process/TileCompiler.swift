import EchoExtract
import EchoFormats
import FoundationEssentials
import Glibc

/// Has tiles compiled by a process of its own, `echo-gpu tune --compile-only`, which can be given up; what it compiled
/// lies in the driver's cache then, or in this package's.
///
/// The other process reads what to compile from its standard input, and ends when that does: however this one ends,
/// no compiler outlives it.
struct TileCompiler {
    /// Seconds.
    let limit: Double

    /// Why it was given up; nil if all is compiled, or where the trial itself will show what is wrong.
    func compile(_ compilation: DeviceTuner.Compilation) -> String? {
        // The other process may be gone before it is written to.
        signal(SIGPIPE, SIG_IGN)
        guard let request = try? JSONEncoder().encode(compilation) + Data("\n".utf8),
            let (process, input) = Self.start()
        else { return nil }
        defer { close(input) }
        request.withUnsafeBytes { Self.write($0, to: input) }
        let isEnded = Self.waits(forEndOf: input, limit)
        if !isEnded { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        if !isEnded { return "still being compiled after \(limit.formatted(decimals: 0)) s" }
        let signal = status & 0x7F
        return signal == 0 ? nil : "the process that compiled it died of signal \(signal)"
    }

    /// Starts the other process, in a group of its own: Ctrl-C in the terminal ends this one, and so that one.
    ///
    /// - Returns: Its number and what its standard input is read from; nil if the system gives none.
    private static func start() -> (process: pid_t, input: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
        var arguments =
            [path, "tune", "--compile-only"].map { (text: String) in strdup(text) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        guard posix_spawn(&process, path, &actions, &attributes, &arguments, environ) == 0 else {
            close(ends[1])
            return nil
        }
        return (process, ends[1])
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest)
            let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
            // One that died at once shows by how it ended.
            if count < 0, errno != EINTR { return }
            rest = rest.dropFirst(max(0, count))
        }
    }

    /// Waits until nobody can read what is written to `input` any more: its reader has ended.
    ///
    /// - Returns: False if that is not so after `limit` seconds.
    private static func waits(forEndOf input: Int32, _ limit: Double) -> Bool {
        let end = ContinuousClock.now + .seconds(limit)
        while true {
            let milliseconds = (end - .now) / .milliseconds(1)
            guard milliseconds > 0 else { return false }
            var polled = pollfd(fd: input, events: 0, revents: 0)
            if poll(&polled, 1, Int32(min(milliseconds.rounded(.up), 60_000))) > 0 { return true }
        }
    }

    /// The other process's part.
    static func compileWhatIsAskedFor() throws {
        guard let line = readLine(),
            let compilation = try? JSONDecoder().decode(
                DeviceTuner.Compilation.self, from: Data(line.utf8))
        else { return }
        try ExitStatus.reporting { () throws(EchoError) in
            try WorkerThread.start("input") {
                // Not by readLine, which holds what fflush waits for.
                var byte: UInt8 = 0
                while read(STDIN_FILENO, &byte, 1) > 0 {}
                _exit(ExitStatus.stopped.rawValue)
            }
            try DeviceTuner.compile(compilation)
        }
        ExitStatus.leave(.success)
    }
}
