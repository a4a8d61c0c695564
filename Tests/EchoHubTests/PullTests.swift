import EchoHub
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct PullTests {
    @Test func theCacheLooksAsPythonsClientMakesIt() throws {
        let test = try TestHub()
        let snapshot = try test.pull()
        #expect(snapshot.commit == TestHub.main)
        #expect(snapshot.receivedByteCount == test.weights.count + TestHub.configuration.count)
        #expect(try bytes(snapshot.folder + "/model.safetensors") == test.weights)
        #expect(try bytes(snapshot.folder + "/config.json") == TestHub.configuration)
        let link = try FileManager.default.destinationOfSymbolicLink(
            atPath: test.cached("snapshots/\(TestHub.main)/model.safetensors"))
        #expect(link == "../../blobs/\(LoopbackHub.sha256(test.weights))")
        let reference = try String(contentsOfFile: test.cached("refs/main"), encoding: .utf8)
        #expect(reference == TestHub.main)
        let base = "models--acme--echo-test"
        #expect(
            try test.leftovers()
                == [
                    "\(base)/blobs/\(LoopbackHub.gitHash(TestHub.configuration))",
                    "\(base)/blobs/\(LoopbackHub.sha256(test.weights))",
                    "\(base)/refs/main",
                    "\(base)/snapshots/\(TestHub.main)/config.json",
                    "\(base)/snapshots/\(TestHub.main)/model.safetensors",
                ].sorted())
        let lock = ".locks/\(base)/\(LoopbackHub.sha256(test.weights)).lock"
        #expect(try test.folder.files(in: "cache").contains(lock))
    }

    @Test func whatTheCacheHasIsTakenWithoutARequest() throws {
        let test = try TestHub()
        try test.pull()
        test.server.forget()
        let again = try test.pull(asking: .whereMissing)
        #expect(again.receivedByteCount == 0 && again.warnings.isEmpty)
        try test.pull(TestHub.main)
        #expect(test.server.requestCount == 0)
        // A branch may have moved on: one question, and nothing is fetched.
        #expect(try test.pull().receivedByteCount == 0)
        #expect(test.server.requestCount == 1)
    }

    @Test func aMissingConfigurationIsRememberedAsMissing() throws {
        let test = try TestHub(configured: false)
        try test.pull()
        let note = test.cached(".no_exist/\(TestHub.main)/config.json")
        #expect(FileManager.default.fileExists(atPath: note))
        test.server.forget()
        #expect(try test.pull(asking: .whereMissing).warnings.isEmpty)
        #expect(test.server.requestCount == 0)
    }

    @Test func aBranchThatMovedOnIsFollowedByPullAlone() throws {
        let test = try TestHub()
        try test.pull()
        test.server.change { $0.revisions = ["main": LoopbackHub.secondCommit] }
        #expect(try test.pull(asking: .whereMissing).commit == TestHub.main)
        let moved = try test.pull()
        #expect(moved.commit == LoopbackHub.secondCommit)
        // The same content is the same blob.
        #expect(moved.receivedByteCount == 0)
        #expect(try test.pull(asking: .whereMissing).commit == LoopbackHub.secondCommit)
        let old = try test.pull(TestHub.main, asking: .whereMissing)
        #expect(old.folder == test.cached("snapshots/\(TestHub.main)"))
    }

    @Test(arguments: ["v1.0", "refs/pr/1", "feature/x"])
    func otherRevisions(revision: String) throws {
        let test = try TestHub()
        test.server.change { $0.revisions[revision] = LoopbackHub.secondCommit }
        #expect(try test.pull(revision).commit == LoopbackHub.secondCommit)
        let reference = try String(contentsOfFile: test.cached("refs/\(revision)"), encoding: .utf8)
        #expect(reference == LoopbackHub.secondCommit)
        #expect(!FileManager.default.fileExists(atPath: test.cached("refs/main")))
    }

    @Test func offlineNeverTouchesTheNetwork() throws {
        let test = try TestHub()
        let offline = ["HF_HUB_OFFLINE": "1"]
        let missing = try test.refusal(nil, offline)
        #expect(missing.cause == .offline)
        #expect(missing.description.contains(test.folder["cache"]))
        try test.pull()
        test.server.forget()
        #expect(try test.pull(nil, offline).commit == TestHub.main)
        #expect(try test.refusal("v2", offline).cause == .offline)
        #expect(test.server.requestCount == 0)
    }

    /// Python's `hf_hub_download(repository, "model.safetensors")` leaves such a cache.
    @Test func aConfigurationThatNobodyAskedForIsAskedFor() throws {
        let test = try TestHub()
        let snapshot = try test.pull()
        try FileManager.default.removeItem(atPath: snapshot.folder + "/config.json")
        let offline = try test.pull(asking: .whereMissing, ["HF_HUB_OFFLINE": "1"])
        #expect(offline.warnings.contains { $0.contains("config.json") })
        let online = try test.pull(asking: .whereMissing)
        #expect(online.warnings.isEmpty)
        #expect(try bytes(online.folder + "/config.json") == TestHub.configuration)
    }

    @Test func whereTheHubDoesNotAnswerTheCacheWillDo() throws {
        let test = try TestHub()
        try test.pull()
        test.server.change { $0.hubFault = { _, _ in LoopbackServer.Response(503) } }
        let cached = try test.pull()
        #expect(cached.commit == TestHub.main)
        #expect(cached.warnings.contains { $0.contains("503") })
        test.server.hub.stop()
        #expect(try test.pull().warnings.contains { $0.contains("no answer") })
        let error = try test.refusal("v2")
        #expect(error.cause == .unreachable)
        #expect(error.description.contains("HF_ENDPOINT"))
    }

    @Test func filesAreCopiedElsewhere() throws {
        let test = try TestHub()
        let snapshot = try test.pull()
        let target = test.folder["models/mine"]
        // A link that is there is replaced: what it leads to stays as it is.
        let precious = try test.folder.text("precious", "keep")
        let link = try test.folder.file("models/mine/model.safetensors")
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: precious)
        try test.hub().copy(filesIn: snapshot.folder, to: target)
        #expect(try test.folder.files(in: "models/mine") == ["config.json", "model.safetensors"])
        #expect(try bytes(target + "/model.safetensors") == test.weights)
        #expect(try bytes(precious) == Data("keep".utf8))
        #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == nil)
    }
}
