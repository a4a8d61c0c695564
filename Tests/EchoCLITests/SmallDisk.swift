import Foundation

/// A file system of a few bytes in memory, mounted until it goes away; root alone can have one.
final class SmallDisk {
    private let path: String

    /// Nil where nothing can be mounted.
    init?(_ path: String, byteCount: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        let arguments = ["mount", "-t", "tmpfs", "-o", "size=\(byteCount)", "tmpfs", path]
        guard getuid() == 0, try Self.run(arguments) == 0 else { return nil }
    }

    deinit { _ = try? Self.run(["umount", "-l", path]) }

    func resize(byteCount: Int) throws {
        _ = try Self.run(["mount", "-o", "remount,size=\(byteCount)", path])
    }

    func makeReadOnly() throws { _ = try Self.run(["mount", "-o", "remount,ro", path]) }

    /// Says that a test did nothing.
    static func note() { print("note: nothing can be mounted here; the test did nothing") }

    private static func run(_ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
