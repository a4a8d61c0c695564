import Dispatch
import EchoExtract
import Foundation

/// Has tiles compiled by a process of its own, `echo-gpu tune --compile-only`, which can be given up; what it compiled
/// lies in the driver's cache then, or in this package's.
///
/// The other process reads what to compile from its standard input, and ends when that does: however this one ends,
/// no compiler outlives it.
struct TileCompiler {
    /// Seconds.
    let limit: Double

    /// Why it was given up; nil where all is compiled, or where the trial itself will show what is wrong.
    func compile(_ compilation: DeviceTuner.Compilation) -> String? {
        // The other process may be gone before it is written to.
        signal(SIGPIPE, SIG_IGN)
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["tune", "--compile-only"]
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        do {
            try process.run()
            try input.fileHandleForWriting.write(
                contentsOf: JSONEncoder().encode(compilation) + Data("\n".utf8))
        } catch {
            // A process that cannot be started, or that died at once; the latter shows below.
            guard process.isRunning else { return nil }
        }
        guard ended.wait(timeout: .now() + limit) == .success else {
            kill(process.processIdentifier, SIGKILL)
            ended.wait()
            return "still being compiled after \(limit.formatted(decimals: 0)) s"
        }
        guard process.terminationReason == .uncaughtSignal else { return nil }
        return "the process that compiled it died of signal \(process.terminationStatus)"
    }

    /// The other process's part.
    static func compileWhatIsAskedFor() throws {
        guard let line = readLine(),
            let compilation = try? JSONDecoder().decode(
                DeviceTuner.Compilation.self, from: Data(line.utf8))
        else { return }
        Thread.detachNewThread {
            // Not by readLine, which holds what fflush waits for.
            var byte: UInt8 = 0
            while read(STDIN_FILENO, &byte, 1) > 0 {}
            _exit(ExitStatus.stopped.rawValue)
        }
        try ExitStatus.reporting { () throws(EchoError) in
            try DeviceTuner.compile(compilation)
        }
        ExitStatus.leave(.success)
    }
}
