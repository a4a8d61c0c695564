import EchoExtract
import EchoHub
import EchoTestSupport
import Foundation
import Testing

@Suite(
    .enabled(if: TestPython.interpreter != nil, Comment(rawValue: TestPython.remedy)),
    .timeLimit(.minutes(20)))
struct PythonTests {
    private static let offline = ["HF_HUB_OFFLINE": "1"]

    /// What Python pulled is used without a request.
    @Test(arguments: [
        "hub.snapshot_download(name)",
        "hub.snapshot_download(name, allow_patterns=['*.json', '*.safetensors'])",
        "[hub.hf_hub_download(name, f) for f in ('config.json', 'model.safetensors')]",
    ])
    func pythonPullsAndEchoReads(call: String) throws {
        let test = try TestHub()
        let python = try PythonClient(call, test)
        try #require(python.status == 0, "\(python.errors)")
        test.server.forget()
        let snapshot = try test.pull(asking: .whereMissing)
        #expect(snapshot.warnings.isEmpty && snapshot.receivedByteCount == 0)
        #expect(try bytes(snapshot.folder + "/model.safetensors") == test.weights)
        #expect(try test.pull(nil, asking: .always, Self.offline).commit == TestHub.main)
        #expect(test.server.requestCount == 0)
        let verified = try ModelHub(environment: test.environment).verify([TestHub.name])
        #expect(verified.map(\.passes) == [true])
    }

    /// Python's list of a repository's files says that there is no configuration.
    @Test func pythonKnowsThatThereIsNoConfiguration() throws {
        let test = try TestHub(configured: false)
        let python = try PythonClient("hub.snapshot_download(name)", test)
        try #require(python.status == 0, "\(python.errors)")
        test.server.forget()
        #expect(try test.pull(asking: .whereMissing).warnings.isEmpty)
        #expect(test.server.requestCount == 0)
    }

    /// What was pulled here is found by Python without a request.
    @Test func echoPullsAndPythonReads() throws {
        let test = try TestHub()
        let snapshot = try test.pull()
        test.server.forget()
        let python = try PythonClient(
            """
            print(hub.try_to_load_from_cache(name, "model.safetensors"))
            print(hub.hf_hub_download(name, "config.json"))
            print(hub.snapshot_download(name, local_files_only=True))
            print(hub.snapshot_download(name, revision="\(TestHub.main)"))
            info = hub.scan_cache_dir()
            print(len(info.warnings), [(r.repo_id, sorted(r.refs), r.nb_files) for r in info.repos])
            """, test, Self.offline)
        #expect(python.status == 0, "\(python.errors)")
        #expect(
            python.lines == [
                snapshot.folder + "/model.safetensors", snapshot.folder + "/config.json",
                snapshot.folder, snapshot.folder, "0 [('acme/echo-test', ['main'], 2)]",
            ])
        #expect(test.server.requestCount == 0)
    }

    /// Python fetches what was not fetched here, and nothing twice.
    @Test func pythonCompletesWhatEchoPulled() throws {
        let test = try TestHub()
        try test.pull()
        test.server.forget()
        let python = try PythonClient("print(hub.snapshot_download(name))", test)
        try #require(python.status == 0, "\(python.errors)")
        let fetched = test.server.hub.requests.filter {
            $0.method == "GET" && $0.path.contains("/resolve/")
        }
        #expect(fetched.allSatisfy { $0.path.hasSuffix("README.md") } && !fetched.isEmpty)
        #expect(test.server.store.requests.isEmpty)
    }

    /// Absence that is noted here is absence to Python.
    @Test func pythonKnowsWhatIsMissing() throws {
        let test = try TestHub(configured: false)
        try test.pull()
        let python = try PythonClient(
            """
            from huggingface_hub import _CACHED_NO_EXIST
            print(hub.try_to_load_from_cache(name, "config.json") is _CACHED_NO_EXIST)
            """, test, Self.offline)
        #expect(python.lines == ["True"], "\(python.errors)")
    }

    /// What Python fetches is waited for here, and not fetched again.
    @Test func theLocksAreTheSame() throws {
        let test = try TestHub()
        let waiter = Waiter()
        test.holdContentBack(until: waiter)
        let done = DispatchSemaphore(value: 0)
        let hub = try test.hub()
        let name = try test.name()
        let server = test.server
        Thread.detachNewThread {
            while server.store.requests.isEmpty { Thread.sleep(forTimeInterval: 0.01) }
            _ = try? hub.snapshot(of: name, progress: waiter.note)
            done.signal()
        }
        let python = try PythonClient(
            "hub.snapshot_download(name, allow_patterns=['*.json', '*.safetensors'])", test)
        #expect(python.status == 0, "\(python.errors)")
        #expect(done.wait(timeout: .now() + 60) == .success)
        #expect(waiter.count == 1)
        #expect(test.server.store.requests.filter { $0.method == "GET" }.count == 1)
        #expect(try bytes(test.blob) == test.weights)
    }

    /// The token that Python is logged in with is the one that is sent here.
    @Test func theTokenIsTheSame() throws {
        let test = try TestHub()
        let token = "hf_" + String(repeating: "a", count: 34)
        let python = try PythonClient(
            """
            from huggingface_hub import constants
            os.makedirs(os.path.dirname(constants.HF_TOKEN_PATH), exist_ok=True)
            open(constants.HF_TOKEN_PATH, "w").write("\(token)\\n")
            print(hub.get_token(), constants.HF_HUB_CACHE)
            """, test)
        #expect(python.lines == ["\(token) \(test.folder["cache"])"], "\(python.errors)")
        #expect(try test.hub().settings.token == token)
    }
}
