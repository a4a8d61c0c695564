import EchoHub
import EchoTestSupport
import Foundation
import Testing

/// Servers that mean harm, or are broken: nothing wrong is put in place, and nothing outside the cache
/// is touched.
@Suite(.timeLimit(.minutes(20))) struct HostileServerTests {
    /// Expects a pull to fail, and only locks and what came of files to be left.
    private static func expectNothingInPlace(
        _ test: TestHub, _ cause: HubError.Cause, _ location: SourceLocation = #_sourceLocation
    ) throws -> HubError {
        let error = try test.refusal()
        #expect(error.cause == cause, "\(error)", sourceLocation: location)
        let left = try test.leftovers().filter { $0.contains("model.safetensors") }
        #expect(left.isEmpty, sourceLocation: location)
        #expect(!FileManager.default.fileExists(atPath: test.blob), sourceLocation: location)
        #expect(
            !FileManager.default.fileExists(atPath: test.cached("refs/main")),
            sourceLocation: location)
        // Beside the cache there is what the test made, and nothing else.
        let beside = try FileManager.default.contentsOfDirectory(atPath: test.folder.path)
        #expect(Set(beside).isSubset(of: ["cache", "made"]), sourceLocation: location)
        return error
    }

    /// Changes the hub's answers to requests for the checkpoint.
    private static func test(
        _ change: @escaping @Sendable (inout LoopbackServer.Response) -> Void
    ) throws -> TestHub {
        let test = try TestHub()
        test.server.change { state in
            state.hubFault = { request, response in
                var response = response
                if request.path.hasSuffix("model.safetensors") { change(&response) }
                return response
            }
        }
        return test
    }

    @Test func contentWithAnotherHashIsRefusedAndRemoved() throws {
        let test = try TestHub()
        test.server.change { state in
            state.storeFault = { _, response in
                var response = response
                response.body[response.body.startIndex + 4321] ^= 1
                return response
            }
        }
        let error = try Self.expectNothingInPlace(test, .corrupt)
        #expect(error.description.contains(LoopbackHub.sha256(test.weights)))
        #expect(!FileManager.default.fileExists(atPath: test.blob + ".incomplete"))
    }

    @Test func smallFilesAreCheckedByGitsHash() throws {
        let test = try TestHub()
        test.server.change { state in
            state.hubFault = { request, response in
                var response = response
                if request.path.hasSuffix("config.json"), request.method == "GET" {
                    response.body = Data(#"{"num_heads": 2}"#.utf8)
                }
                return response
            }
        }
        let error = try Self.expectNothingInPlace(test, .corrupt)
        #expect(error.description.contains(LoopbackHub.gitHash(TestHub.configuration)))
    }

    @Test(arguments: [false, true])
    func moreThanWasAnnounced(isEndless: Bool) throws {
        let test = try TestHub()
        test.server.change { state in
            state.storeFault = { request, response in
                var response = response
                response.isEndless = isEndless
                response.announcedLength = isEndless ? 1 << 50 : response.body.count + 10
                response.body += Data(count: 10)
                return response
            }
        }
        let error = try Self.expectNothingInPlace(test, .corrupt)
        #expect(error.description.contains("\(test.weights.count) bytes"))
        #expect(!FileManager.default.fileExists(atPath: test.blob + ".incomplete"))
    }

    @Test func anEndlessListOfFiles() throws {
        let test = try TestHub()
        test.server.change { state in
            state.hubFault = { _, response in
                var response = response
                response.body = Data(repeating: UInt8(ascii: " "), count: 1 << 20)
                response.isEndless = true
                response.announcedLength = 1 << 50
                return response
            }
        }
        _ = try Self.expectNothingInPlace(test, .answer)
    }

    @Test(arguments: [
        "../../../../escape", "/etc/passwd", "..", "", String(repeating: "A", count: 64),
        String(repeating: "0", count: 63), "W/\"x\"", "\"\(String(repeating: "0", count: 65))\"",
    ])
    func tagsThatAreNoHash(tag: String) throws {
        let test = try Self.test { $0.headers["X-Linked-Etag"] = tag }
        _ = try Self.expectNothingInPlace(test, .answer)
    }

    @Test func anotherCommitThanTheOneAskedFor() throws {
        for commit in [LoopbackHub.secondCommit, "../../x", nil] {
            let test = try Self.test { $0.headers["X-Repo-Commit"] = commit }
            _ = try Self.expectNothingInPlace(test, .answer)
        }
    }

    @Test(arguments: ["-1", "many", "99999999999999999999999"])
    func sizesThatAreNone(size: String) throws {
        let test = try Self.test { $0.headers["X-Linked-Size"] = size }
        _ = try Self.expectNothingInPlace(test, .answer)
    }

    @Test func moreThanTheDiskHolds() throws {
        let test = try Self.test { $0.headers["X-Linked-Size"] = "\(1 << 55)" }
        let error = try Self.expectNothingInPlace(test, .write)
        #expect(error.description.contains("\(1 << 55)"))
        #expect(error.description.contains("HF_HUB_CACHE"))
        #expect(test.server.store.requests.isEmpty)
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/x", "//", "http://", "gopher:x"])
    func redirectionsToElsewhere(place: String) throws {
        let test = try Self.test { response in
            response.headers["X-Linked-Etag"] = nil
            response.headers["Location"] = place
        }
        let error = try test.refusal()
        #expect([.answer, .unreachable, .noRepository].contains(error.cause), "\(error)")
        #expect(!FileManager.default.fileExists(atPath: test.blob))
    }

    @Test func redirectionsWithoutEnd() throws {
        let test = try TestHub()
        test.server.change { state in
            state.hubFault = { request, _ in
                LoopbackServer.Response(302, ["Location": request.path])
            }
        }
        #expect(try test.refusal().cause == .answer)
        #expect(test.server.hub.requests.count < 20)
    }

    /// A cache whose references were tampered with leads nowhere.
    @Test func aReferenceThatIsNoCommit() throws {
        let test = try TestHub()
        try test.folder.text("cache/models--acme--echo-test/refs/main", "../../../made")
        #expect(try test.refusal(nil, ["HF_HUB_OFFLINE": "1"]).cause == .offline)
    }

    /// A link where the partial file should be is not written through.
    @Test func aPlantedLink() throws {
        let test = try TestHub()
        let precious = try test.folder.text("made/precious", "keep")
        try test.makeBlobFolder()
        try FileManager.default.createSymbolicLink(
            atPath: test.blob + ".incomplete", withDestinationPath: precious)
        #expect(try test.refusal().cause == .create)
        #expect(try bytes(precious) == Data("keep".utf8))
    }
}
