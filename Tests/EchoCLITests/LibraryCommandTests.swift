import EchoTestSupport
import Foundation
import Testing

/// The command of the C library, which the wheel and the tar file have: it brings no libcurl, and loads the system's.
@Suite(.timeLimit(.minutes(20)), .enabled(if: LibraryCommand.isBuilt, "`make library` builds it"))
struct LibraryCommandTests {
    private let work: Workplace
    private let server: LoopbackHub

    init() throws {
        work = try Workplace()
        let path = URL(fileURLWithPath: work.model + "/model.safetensors")
        server = try LoopbackHub(files: ["model.safetensors": Data(contentsOf: path)])
    }

    private func run(_ arguments: [String], hub: String? = nil) throws -> EchoGPUProcess {
        let environment = [
            "HF_HUB_CACHE": work.folder["cache"], "HF_HOME": work.folder["home"], "HF_TOKEN": "",
            "HF_ENDPOINT": hub ?? server.hub.origin,
        ]
        return try EchoGPUProcess(
            arguments, environment: environment, program: LibraryCommand.url)
    }

    private func extract(_ model: String, to output: String) throws -> Data {
        let process = try run([
            "extract", "--model", model, "--device", "cpu", "--output", work.folder[output],
            try work.recording("a.wav"),
        ])
        #expect(process.status == 0, "\(process.standardError)")
        let array = work.folder["\(output)/a.wav.utterance.npy"]
        return try Data(contentsOf: URL(fileURLWithPath: array))
    }

    @Test func aModelOfTheHubIsFetched() throws {
        let fetched = try extract(LoopbackHub.repository, to: "hub")
        #expect(server.requestCount > 0)
        #expect(try extract(work.model, to: "folder") == fetched)
    }

    /// Who pulls wants to know whether the branch has moved on.
    @Test func aPullSaysThatNobodyAnswers() throws {
        let name = LoopbackHub.repository
        #expect(try run(["model", "pull", name]).status == 0)
        // Nobody listens there.
        let again = try run(["model", "pull", name], hub: "http://127.0.0.1:9")
        #expect(again.status == 0, "\(again.standardError)")
        #expect(again.standardError.contains("no answer"), "\(again.standardError)")
        #expect(again.standardError.contains(LoopbackHub.firstCommit))
    }
}

/// What `make library` leaves in this repository.
enum LibraryCommand {
    static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../.build-library/echo-gpu/bin/echo-gpu").standardizedFileURL

    static var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: url.path) }
}
