import EchoExtract
import EchoHub
import EchoTestSupport
import Foundation
import Synchronization
import Testing

/// A hub on loopback that has a small ECHO checkpoint, and an empty cache for it.
struct TestHub {
    let server: LoopbackHub
    let folder: ScratchFolder
    let weights: Data
    static let configuration = Data(#"{"num_heads": 1}"#.utf8)
    static let name = LoopbackHub.repository
    static let main = LoopbackHub.firstCommit

    init(configured: Bool = true) throws {
        folder = try ScratchFolder()
        weights = try Self.checkpoint(in: folder)
        var files = ["model.safetensors": weights, "README.md": Data("# A model".utf8)]
        if configured { files["config.json"] = Self.configuration }
        server = try LoopbackHub(files: files)
    }

    /// The environment of a user of this hub and cache.
    var environment: [String: String] {
        [
            "HF_ENDPOINT": server.hub.origin, "HF_HUB_CACHE": folder["cache"],
            "HF_HOME": folder["home"], "HOME": folder.path,
        ]
    }

    func hub(_ more: [String: String] = [:]) throws -> Hub {
        var settings = try HubSettings(environment: environment.merging(more) { $1 })
        settings.retryPause = .zero
        return Hub(settings)
    }

    func name(_ revision: String? = nil) throws -> RepositoryName {
        try #require(RepositoryName(Self.name + (revision.map { "@" + $0 } ?? "")))
    }

    /// Fetches the model as `echo-gpu model pull` does.
    @discardableResult
    func pull(
        _ revision: String? = nil, asking: Hub.Asking = .always,
        _ environment: [String: String] = [:]
    ) throws -> HubSnapshot {
        try hub(environment).snapshot(of: name(revision), asking: asking)
    }

    /// The error that a pull ends with.
    func refusal(
        _ revision: String? = nil, asking: Hub.Asking = .always,
        _ environment: [String: String] = [:]
    ) throws -> HubError {
        try #require(throws: HubError.self) {
            try pull(revision, asking: asking, environment)
        }
    }

    /// A path of the model's folder in the cache.
    func cached(_ path: String) -> String { folder["cache/models--acme--echo-test/\(path)"] }

    /// Makes the folder of the blobs, as a pull before this one did.
    func makeBlobFolder() throws {
        try FileManager.default.createDirectory(
            atPath: cached("blobs"), withIntermediateDirectories: true)
    }

    /// Holds the content of large files back until somebody waits for it.
    func holdContentBack(until waiter: Waiter) {
        server.change { state in
            state.storeFault = { _, response in
                let deadline = Date(timeIntervalSinceNow: 30)
                while waiter.count == 0, Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
                return response
            }
        }
    }

    /// Where the checkpoint's content lies.
    var blob: String { cached("blobs/\(LoopbackHub.sha256(weights))") }

    /// What of blobs and snapshots is in the cache.
    func leftovers() throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder["cache"]) else { return [] }
        return try folder.files(in: "cache").filter { !$0.hasSuffix(".lock") }
    }

    private static func checkpoint(in folder: ScratchFolder) throws -> Data {
        let path = try folder.file("made/model.safetensors")
        try ExtractFixtures.weights.write(to: path)
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }
}

/// How often somebody waited for another's download.
final class Waiter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    /// Counts waits for the checkpoint: the small configuration may be another's at the moment, too.
    func note(_ progress: HubProgress) {
        guard progress.isWaiting, progress.file == "model.safetensors" else { return }
        value.withLock { $0 += 1 }
    }
}

/// The content of a file.
func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
