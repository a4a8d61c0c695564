import EchoHub
import EchoTestSupport
import Foundation
import Testing

/// Answers that refuse, and what the user is told.
@Suite(.timeLimit(.minutes(20))) struct RefusalTests {
    private static func refusal(
        _ status: Int, _ code: String? = nil, token: String? = nil, revision: String? = nil
    ) throws -> HubError {
        let test = try TestHub()
        test.server.change { state in
            state.hubFault = { _, _ in
                LoopbackServer.Response(status, code.map { ["X-Error-Code": $0] } ?? [:])
            }
        }
        let error = try test.refusal(revision, token.map { ["HF_TOKEN": $0] } ?? [:])
        #expect(error.description.contains(test.server.hub.origin), "\(error)")
        #expect(!error.description.contains(token ?? "no token"), "the token is told")
        #expect(try test.leftovers().isEmpty)
        return error
    }

    @Test func noSuchRepositoryOrAPrivateOne() throws {
        // The hub answers 401 to strangers who ask for what is not there.
        for (status, code) in [
            (401, "RepoNotFound"), (401, nil), (404, "RepoNotFound"), (404, nil),
        ] {
            let error = try Self.refusal(status, code)
            #expect(error.cause == .noRepository)
            #expect(error.description.contains("HF_TOKEN"))
            #expect(error.description.contains(TestHub.name))
        }
    }

    @Test func aTokenThatIsRefused() throws {
        let error = try Self.refusal(401, token: "hf_wrong")
        #expect(error.cause == .unauthorized)
        #expect(error.description.contains("refuses the token"))
    }

    @Test func accessThatIsDenied() throws {
        #expect(try Self.refusal(403, token: "hf_other").cause == .forbidden)
        for status in [401, 403] {
            let gated = try Self.refusal(status, "GatedRepo")
            #expect(gated.cause == .forbidden)
            #expect(gated.description.contains("Ask for access"))
        }
    }

    @Test func tooManyRequestsAndFailures() throws {
        for status in [429, 500, 503] {
            let error = try Self.refusal(status)
            #expect(error.cause == .busy)
            #expect(error.description.contains("\(status)"))
        }
    }

    @Test func noSuchRevision() throws {
        let test = try TestHub()
        let error = try test.refusal("v9")
        #expect(error.cause == .noRevision)
        #expect(error.description.contains("\"v9\""))
        #expect(error.description.contains("/commits/main"))
    }

    @Test func aFileThatTheListNamesAndTheHubLacks() throws {
        let test = try TestHub()
        test.server.change { state in
            state.hubFault = { request, response in
                let isFile = request.path.hasSuffix("model.safetensors")
                return isFile
                    ? LoopbackServer.Response(404, ["X-Error-Code": "EntryNotFound"]) : response
            }
        }
        let error = try test.refusal()
        #expect(error.cause == .noFile)
        #expect(error.description.contains("model.safetensors"))
    }

    @Test func aRepositoryWithoutACheckpointSaysWhatItHas() throws {
        let test = try TestHub()
        test.server.change { state in
            state.files = ["pytorch_model.bin": Data([1]), "a\u{1B}[31m.txt": Data([2])]
        }
        let error = try test.refusal()
        #expect(error.cause == .noCheckpoint)
        #expect(error.description.contains("pytorch_model.bin"))
        #expect(error.description.contains(TestHub.main))
        // What the hub names is not let loose on a terminal.
        #expect(!error.description.contains("\u{1B}"))
        #expect(try test.leftovers().isEmpty)
    }

    @Test func whatIsNoHub() throws {
        for body in ["", "<html>", "[]", "{}", #"{"sha": "../../x"}"#, #"{"sha": 3}"#] {
            let test = try TestHub()
            test.server.change { state in
                state.hubFault = { _, _ in LoopbackServer.Response(200, body: Data(body.utf8)) }
            }
            #expect(try test.refusal().cause == .answer, "\(body)")
            #expect(try test.leftovers().isEmpty)
        }
    }

    @Test func aPinnedCommitIsTheOneThatComes() throws {
        let test = try TestHub()
        let other = LoopbackHub.secondCommit
        test.server.change { $0.revisions[other] = TestHub.main }
        #expect(try test.refusal(other).cause == .answer)
    }
}
