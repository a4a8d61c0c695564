import EchoTestSupport
import Foundation

/// The dynamic library, as programs in C use it.
enum BuiltLibrary {
    private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..")
        .standardized

    /// What `make library` made, with its symbols hidden and Swift in it; nil where it was not run.
    static let released: String? = {
        let path = root.appendingPathComponent(".build-library/echo-gpu/lib/libecho_gpu.so").path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    /// Why a test that needs it is skipped.
    static let remedy = "the library is missing: run 'make library'"

    /// The one that was built beside the tests.
    static func path() throws -> String {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let candidates = [Bundle.main.executableURL?.deletingLastPathComponent(), folder]
        for case let candidate? in candidates {
            let path = candidate.appendingPathComponent("libecho_gpu.so").path
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        throw Failure(text: "no libecho_gpu.so in \(candidates.compactMap { $0?.path })")
    }

    struct Failure: Error { let text: String }

    /// A program and what it printed.
    struct Output {
        let status: Int32
        let text, errors: String
    }

    /// Compiles a program in C against the header and the library beside the tests.
    static func compile(_ source: String, to program: String) throws {
        let library = try path()
        let folder = URL(fileURLWithPath: library).deletingLastPathComponent().path
        // Without libgcc, which has hidden twins of what Swift's own libraries give.
        let output = try run(
            "/usr/bin/env",
            [
                "clang", "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror",
                "-I", root.appendingPathComponent("Sources/EchoC/include").path, source,
                "-o", program, "-nodefaultlibs", library, "-lm", "-lc",
                "-Wl,--allow-shlib-undefined", "-Wl,-rpath,\(folder)",
            ])
        guard output.status == 0 else { throw Failure(text: output.errors) }
    }

    /// A file of the package.
    static func file(_ name: String) -> String { root.appendingPathComponent(name).path }

    /// Runs a program to its end, which must come within two minutes.
    static func run(_ program: String, _ arguments: [String]) throws -> Output {
        let folder = try ScratchFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "--kill-after=5", "120", program] + arguments
        let paths = [try folder.text("stdout", ""), try folder.text("stderr", "")]
        process.standardOutput = FileHandle(forWritingAtPath: paths[0])
        process.standardError = FileHandle(forWritingAtPath: paths[1])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let texts = try paths.map { try String(contentsOfFile: $0, encoding: .utf8) }
        return Output(status: process.terminationStatus, text: texts[0], errors: texts[1])
    }
}
