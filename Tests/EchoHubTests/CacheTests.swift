import EchoExtract
import EchoHub
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct CacheTests {
    @Test func theListNamesWhatWasPulled() throws {
        let test = try TestHub()
        #expect(try ModelHub(environment: test.environment).list().isEmpty)
        try test.pull()
        test.server.change { state in
            state.revisions["v2"] = LoopbackHub.secondCommit
            state.files["config.json"] = nil
        }
        try test.pull("v2")
        try test.folder.text("cache/models--other--bert/snapshots/\(TestHub.main)/a.bin", "x")
        try test.folder.text("cache/datasets--a--b/snapshots/\(TestHub.main)/a.bin", "x")
        let list = try ModelHub(environment: test.environment).list()
        #expect(list.map(\.name) == [TestHub.name, TestHub.name, "other/bert"])
        #expect(list.map(\.revisions) == [["main"], ["v2"], []])
        #expect(list.map { $0.encoder?.embeddingWidth } == [64, 64, nil])
        #expect(list[0].commit == TestHub.main)
        #expect(list[0].byteCount == test.weights.count + TestHub.configuration.count)
        #expect(list[1].byteCount == test.weights.count)
    }

    @Test func verifyFindsAByteThatChanged() throws {
        let test = try TestHub()
        try test.pull()
        let hub = try ModelHub(environment: test.environment)
        let good = try #require(try hub.verify([TestHub.name]).first)
        #expect(good.passes)
        #expect(good.checks.map(\.file) == ["config.json", "model.safetensors", "checkpoint"])
        #expect(good.checks.allSatisfy { $0.isRight == true })
        var content = test.weights
        content[content.count - 5] ^= 64
        try content.write(to: URL(fileURLWithPath: test.blob))
        let bad = try #require(try hub.verify().first)
        #expect(!bad.passes)
        #expect(bad.checks.filter { $0.isRight == false }.map(\.file) == ["model.safetensors"])
        #expect(bad.checks[1].text.contains(LoopbackHub.sha256(content)))
    }

    @Test func verifyFindsLinksToNothingAndWhatIsNoCheckpoint() throws {
        let test = try TestHub()
        try test.pull()
        try FileManager.default.removeItem(atPath: test.blob)
        try test.folder.text(
            "cache/models--acme--echo-test/snapshots/\(TestHub.main)/notes.txt", "mine")
        let hub = try ModelHub(environment: test.environment)
        let checks = try #require(try hub.verify(["acme/echo-test@main"]).first).checks
        #expect(
            checks.map(\.file) == ["config.json", "model.safetensors", "notes.txt", "checkpoint"])
        #expect(checks.map(\.isRight) == [true, false, nil, false])
    }

    @Test func verifyOfWhatIsNotThere() throws {
        let test = try TestHub()
        let hub = try ModelHub(environment: test.environment)
        let kinds = ["acme/echo-test", "acme/echo-test@v3", "no name"].map { name in
            let error = #expect(throws: EchoError.self) { try hub.verify([name]) }
            return error?.kind
        }
        #expect(kinds == [.hub, .hub, .usage])
    }

    @Test func aModelIsWhatItsTextSays() throws {
        let folder = try ScratchFolder()
        let path = try folder.file("a/b")
        #expect(Echo.Model.named("demo") == .demo)
        #expect(Echo.Model.named("a/b") == .hub("a/b", revision: "main"))
        #expect(Echo.Model.named("a/b@v1") == .hub("a/b", revision: "v1"))
        #expect(Echo.Model.named("hf://a/b@v1") == .hub("a/b", revision: "v1"))
        #expect(Echo.Model.named("echo-tiny") == .hub("yucongzh/echo-tiny-0828", revision: "main"))
        for text in ["other", "./echo-tiny", "./a/b", "/a/b", "a/b/c", "a/b.safetensors", "hf://a"]
        {
            #expect(Echo.Model.named(text) == .path(text))
        }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(Echo.Model.named(path) == .path(path))
    }
}
