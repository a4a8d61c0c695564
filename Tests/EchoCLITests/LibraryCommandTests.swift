import EchoTestSupport
import Foundation
import Testing

/// The command of the C library, which is built without what fetches models.
@Suite(.timeLimit(.minutes(20)), .enabled(if: LibraryCommand.isBuilt, "`make library` builds it"))
struct LibraryCommandTests {
    private static let name = "someone/echo-test"
    private static let commit = String(repeating: "a1", count: 20)

    private let work: Workplace
    private let environment: [String: String]

    init() throws {
        work = try Workplace()
        environment = [
            "HF_HUB_CACHE": work.folder["cache"], "HF_HOME": work.folder["home"], "HF_TOKEN": "",
            // Nobody listens there: a request would be another failure.
            "HF_ENDPOINT": "http://127.0.0.1:9",
        ]
    }

    private func run(_ arguments: String...) throws -> EchoGPUProcess {
        try EchoGPUProcess(arguments, environment: environment, program: LibraryCommand.url)
    }

    /// Puts the small checkpoint where `huggingface_hub` would.
    private func fillCache() throws {
        let folder = "cache/models--someone--echo-test/"
        let model = try work.folder.file(folder + "snapshots/\(Self.commit)/model.safetensors")
        try FileManager.default.copyItem(atPath: work.model + "/model.safetensors", toPath: model)
        _ = try work.folder.text(folder + "refs/main", Self.commit)
        _ = try work.folder.text(folder + ".no_exist/\(Self.commit)/config.json", "")
    }

    @Test func whatTheCacheLacksIsAnErrorThatSaysWhatFetchesIt() throws {
        for arguments in [
            ["model", "pull", Self.name],
            [
                "extract", "--model", Self.name, "--output", work.folder["out"],
                try work.recording("a.wav"),
            ],
        ] {
            let process = try EchoGPUProcess(
                arguments, environment: environment, program: LibraryCommand.url)
            #expect(process.status == 68)
            #expect(process.standardError.contains("fetches nothing"), "\(process.standardError)")
            #expect(
                process.standardError.contains("/\(Self.name)/resolve/main/model.safetensors"))
            #expect(process.standardError.contains("pip install 'echo-gpu[hub]'"))
            #expect(process.standardError.contains("python -m echo_gpu pull \(Self.name)"))
        }
    }

    @Test func whatTheCacheHasIsTaken() throws {
        try fillCache()
        let process = try run(
            "extract", "--model", Self.name, "--device", "cpu", "--output", work.folder["out"],
            work.recording("a.wav"))
        #expect(process.status == 0, "\(process.standardError)")
        #expect(!process.standardError.contains("warning"), "\(process.standardError)")
    }

    /// Who pulls wants to know whether the branch has moved on.
    @Test func aPullSaysThatNobodyWasAsked() throws {
        try fillCache()
        let process = try run("model", "pull", Self.name)
        #expect(process.status == 0, "\(process.standardError)")
        #expect(process.standardError.contains("asks no hub"), "\(process.standardError)")
    }
}

/// What `make library` leaves in this repository.
enum LibraryCommand {
    static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../.build-library/echo-gpu/bin/echo-gpu").standardizedFileURL

    static var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: url.path) }
}
