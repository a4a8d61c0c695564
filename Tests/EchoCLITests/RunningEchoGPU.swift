import EchoTestSupport
import Foundation

/// The real `echo-gpu` while it runs, to be sent signals.
final class RunningEchoGPU {
    private let process = Process()
    private let folder: ScratchFolder

    /// Starts `echo-gpu` with these arguments.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        folder = try ScratchFolder()
        process.executableURL = try EchoGPUProcess.binary()
        process.arguments = arguments
        process.environment = EchoGPUProcess.environment().merging(environment) { $1 }
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

    /// Waits for the end; the most bytes of memory that it held, as the system counts them.
    func peakByteCount() -> Int {
        var peak = 0
        wait {
            // Its own high-water mark, which only rises: a look now and then misses nothing but the end.
            let status = "/proc/\(process.processIdentifier)/status"
            let text = (try? String(contentsOfFile: status, encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            let kilobytes = line?.split(separator: " ").compactMap { Int($0) }.first
            peak = max(peak, 1024 * (kilobytes ?? 0))
            usleep(2000)
            return false
        }
        return peak
    }

    /// Waits for the end; the exit status, or the signal that ended it.
    @discardableResult
    func end() -> (status: Int32, isSignal: Bool) {
        process.waitUntilExit()
        return (process.terminationStatus, process.terminationReason == .uncaughtSignal)
    }
}
