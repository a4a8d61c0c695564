import EchoTestSupport
import Foundation

/// The real `echo-gpu` with a terminal of so many columns for its standard error.
final class PseudoTerminal {
    private let process = Process()
    private let terminal: Int32
    private let folder: ScratchFolder
    /// All that it has written to the terminal.
    private(set) var bytes: [UInt8] = []
    private var isAtEnd = false

    struct NoTerminal: Error {
        let code: Int32
    }

    init(
        _ arguments: [String], columns: Int, environment: [String: String] = ["TERM": "xterm"]
    ) throws {
        terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        // TIOCSPTLCK and TIOCGPTN, which Swift does not see: unlock it, and ask for its number.
        var (isLocked, number): (Int32, UInt32) = (0, 0)
        guard terminal >= 0, ioctl(terminal, 0x4004_5431, &isLocked) == 0,
            ioctl(terminal, 0x8004_5430, &number) == 0
        else { throw NoTerminal(code: errno) }
        let side = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        guard side >= 0 else { throw NoTerminal(code: errno) }
        folder = try ScratchFolder()
        process.executableURL = try EchoGPUProcess.binary()
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = try EchoGPUProcess.create(folder["stdout"])
        process.standardError = FileHandle(fileDescriptor: side, closeOnDealloc: false)
        process.standardInput = FileHandle.nullDevice
        resize(columns: columns)
        defer { close(side) }
        try process.run()
    }

    deinit { close(terminal) }

    /// The window gets another width, as when somebody draws at its edge.
    func resize(columns: Int) {
        var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Reads until what has come fulfils a condition; false where the process ended before.
    func read(until condition: ([UInt8]) throws -> Bool) rethrows -> Bool {
        while try !condition(bytes) {
            guard !isAtEnd else { return false }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = Foundation.read(terminal, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            // An error is the end: nobody has the other side open any more.
            if count <= 0 { isAtEnd = true } else { bytes += buffer[..<count] }
        }
        return true
    }

    /// Waits for the end; the exit status.
    func end() -> Int32 {
        _ = read { _ in false }
        process.waitUntilExit()
        return process.terminationStatus
    }

    var standardOutput: String {
        get throws { try String(contentsOfFile: folder["stdout"], encoding: .utf8) }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Lines that were drawn to be drawn over, each as it was drawn.
    var bars: [String] { Self.bars(text) }

    static func bars(_ text: String) -> [String] {
        text.components(separatedBy: "\r\u{1B}[K").dropFirst().map { piece in
            // What ends in a line break is a message, and what follows it the bar again.
            piece.components(separatedBy: "\r\n").last ?? ""
        }.filter { !$0.isEmpty }
    }
}
