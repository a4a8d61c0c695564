import EchoTestSupport
import Foundation

/// The real `echo-gpu` while it runs, to be sent signals.
final class RunningEchoGPU {
    private let process = Process()
    private let folder: ScratchFolder

    /// Starts `echo-gpu` with these arguments.
    init(_ arguments: [String]) throws {
        folder = try ScratchFolder()
        process.executableURL = try EchoGPUProcess.binary()
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try EchoGPUProcess.create(folder["stderr"])
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    var standardError: String {
        get throws { try String(contentsOfFile: folder["stderr"], encoding: .utf8) }
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits until `condition` holds or the process has ended.
    func wait(until condition: () throws -> Bool) rethrows {
        while process.isRunning, try !condition() { usleep(200) }
    }

    /// Waits for the end; the exit status, or the signal that ended it.
    @discardableResult
    func end() -> (status: Int32, isSignal: Bool) {
        process.waitUntilExit()
        return (process.terminationStatus, process.terminationReason == .uncaughtSignal)
    }
}
