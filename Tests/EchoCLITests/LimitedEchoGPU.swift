import EchoTestSupport
import Foundation
import Synchronization

/// The real `echo-gpu` below limits of the system, and, where the tests run as root, as a user without
/// rights: root is above most limits and all permissions.
struct LimitedEchoGPU {
    let status: Int32
    let isSignal: Bool
    let standardOutput: String
    let standardError: String

    /// Users that no account has, one for each process: the system counts threads by user.
    private static let count = Mutex(0)

    static func anotherUser() -> Int {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return 20_000 + (Int(getpid()) + number) % 40_000
    }

    /// - Parameters:
    ///   - limits: Commands of the shell before it, such as `ulimit -v 16000000`.
    ///   - environment: Variables to set, and those to unset.
    ///   - user: As whom, where the tests run as root.
    ///   - isRoot: True to stay root.
    init(
        _ arguments: [String], limits: String = ":", environment: [String: String?] = [:],
        user: Int = LimitedEchoGPU.anotherUser(), isRoot: Bool = false
    ) throws {
        let folder = try ScratchFolder()
        let (output, error) = (try folder.file("stdout"), try folder.file("stderr"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        var command = ["-c", "\(limits); exec \"$0\" \"$@\"", try EchoGPUProcess.binary().path]
        if getuid() == 0, !isRoot {
            // Where it was built others may not look.
            let binary = folder["echo-gpu"]
            try FileManager.default.copyItem(atPath: command[2], toPath: binary)
            command[2] = binary
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
            command =
                ["--reuid=\(user)", "--regid=\(user)", "--clear-groups", "/bin/sh"] + command
        }
        process.arguments = command + arguments
        // That of the tests may be root's own.
        let temporary = try folder.file("tmp/x").dropLast("/x".count)
        chmod(String(temporary), 0o777)
        process.environment = EchoGPUProcess.environment()
            .merging(["TMPDIR": String(temporary)]) { $1 }
            .merging(environment.compactMapValues(\.self)) { $1 }
            .filter { name, _ in environment[name] != .some(nil) }
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardOutput = try EchoGPUProcess.create(output)
        process.standardError = try EchoGPUProcess.create(error)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        isSignal = process.terminationReason == .uncaughtSignal
        standardOutput = try String(contentsOfFile: output, encoding: .utf8)
        standardError = try String(contentsOfFile: error, encoding: .utf8)
    }
}

extension ScratchFolder {
    /// Lets every user read what is in it, and write to the folder `name`, which is made.
    func openToAll(_ name: String) throws {
        _ = try file(name + "/x")
        for path in ["."] + (try contents()) {
            var status = stat()
            guard stat(self[path], &status) == 0 else { continue }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            chmod(self[path], isFolder ? 0o755 : 0o644)
        }
        chmod(self[name], 0o777)
    }
}
