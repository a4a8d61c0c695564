import EchoTestSupport
import Foundation

/// Python's own `huggingface_hub`, the witness that hub and cache are as it knows them.
struct PythonClient {
    let output: String
    let errors: String
    let status: Int32

    /// Runs a program with `huggingface_hub` imported as `hub` and the repository's name as `name`.
    init(_ program: String, _ test: TestHub, _ more: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: TestPython.interpreter ?? "")
        let opening = "import os, huggingface_hub as hub\nname = \"\(TestHub.name)\"\n"
        process.arguments = ["-c", opening + program]
        let quiet = [
            "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1", "PATH": "/usr/bin:/bin",
        ]
        process.environment = quiet.merging(test.environment) { $1 }.merging(more) { $1 }
        let (output, errors) = (try test.folder.file("stdout"), try test.folder.file("stderr"))
        process.standardOutput = try Self.create(output)
        process.standardError = try Self.create(errors)
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        self.output = try String(contentsOfFile: output, encoding: .utf8)
        self.errors = try String(contentsOfFile: errors, encoding: .utf8)
    }

    /// What it printed, line by line.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    private static func create(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}
