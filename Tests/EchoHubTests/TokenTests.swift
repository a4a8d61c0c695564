import EchoHub
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct TokenTests {
    private static func tokens(_ server: LoopbackServer) -> [String?] {
        server.requests.map { $0.headers["authorization"] }
    }

    @Test func theHubIsToldAndTheOtherHostIsNot() throws {
        let test = try TestHub()
        test.server.change { $0.token = "hf_secret" }
        try test.pull(nil, asking: .always, ["HF_TOKEN": " hf_secret\n"])
        let told = Self.tokens(test.server.hub)
        #expect(!told.isEmpty && told.allSatisfy { $0 == "Bearer hf_secret" })
        let others = Self.tokens(test.server.store)
        #expect(!others.isEmpty && others.allSatisfy { $0 == nil })
    }

    /// Another host that sends the request back gets no token out of the hub's own.
    @Test func onceLeftTheTokenIsGone() throws {
        let test = try TestHub()
        let hub = test.server.hub.origin
        let weights = test.weights
        test.server.change { state in
            state.storeFault = { _, _ in
                LoopbackServer.Response(302, ["Location": "\(hub)/back"])
            }
            state.hubFault = { request, response in
                request.path == "/back" ? LoopbackServer.Response(200, body: weights) : response
            }
        }
        try test.pull(nil, asking: .always, ["HF_TOKEN": "hf_secret"])
        let back = test.server.hub.requests.filter { $0.path == "/back" }
        #expect(!back.isEmpty && back.allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test func aRedirectionWithinTheHubKeepsIt() throws {
        let test = try TestHub()
        test.server.change { state in
            state.token = "hf_secret"
            state.hubFault = { request, response in
                guard request.path.contains("config.json"), !request.path.contains("?moved") else {
                    return response
                }
                return LoopbackServer.Response(307, ["Location": request.path + "?moved"])
            }
        }
        try test.pull(nil, asking: .always, ["HF_TOKEN": "hf_secret"])
        #expect(test.server.hub.requests.contains { $0.path.hasSuffix("?moved") })
    }

    @Test func nobodyIsToldWithoutAToken() throws {
        let test = try TestHub()
        try test.pull()
        #expect(Self.tokens(test.server.hub).allSatisfy { $0 == nil })
    }
}

@Suite(.timeLimit(.minutes(20))) struct SettingsTests {
    @Test func whereTheCacheLies() throws {
        func cache(_ environment: [String: String]) throws -> String {
            try HubSettings(environment: environment.merging(["HOME": "/h"]) { $1 }).cacheFolder
        }
        #expect(try cache([:]) == "/h/.cache/huggingface/hub")
        #expect(try cache(["XDG_CACHE_HOME": "/x"]) == "/x/huggingface/hub")
        #expect(try cache(["XDG_CACHE_HOME": "/x", "HF_HOME": "~/hf"]) == "/h/hf/hub")
        #expect(try cache(["HF_HOME": "/y", "HUGGINGFACE_HUB_CACHE": "/old"]) == "/old")
        #expect(
            try cache(["HF_HUB_CACHE": "$HOME/${NAME}/c", "NAME": "n", "HF_HOME": "/y"])
                == "/h/n/c")
        #expect(try cache(["HF_HUB_CACHE": "", "HF_HOME": "/y"]) == "/y/hub")
    }

    @Test func whichToken() throws {
        let folder = try ScratchFolder()
        try folder.text("token", "hf_file\n")
        let other = try folder.text("elsewhere", "hf_other")
        func token(_ environment: [String: String]) throws -> String? {
            try HubSettings(environment: environment.merging(["HF_HOME": folder.path]) { $1 }).token
        }
        #expect(try token([:]) == "hf_file")
        #expect(try token(["HF_TOKEN_PATH": other]) == "hf_other")
        #expect(try token(["HF_TOKEN": "hf_set"]) == "hf_set")
        #expect(try token(["HUGGING_FACE_HUB_TOKEN": "hf_old"]) == "hf_old")
        #expect(try token(["HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]) == nil)
        #expect(try HubSettings(environment: ["HF_HOME": folder["none"]]).token == nil)
        let error = #expect(throws: HubError.self) { try token(["HF_TOKEN": "a\r\nX-Evil: 1"]) }
        #expect(error?.description.contains("HF_TOKEN") == true)
    }

    @Test(arguments: ["1", "on", "YES", "True"])
    func offline(value: String) throws {
        #expect(try HubSettings(environment: ["HF_HUB_OFFLINE": value]).isOffline)
        #expect(try HubSettings(environment: ["TRANSFORMERS_OFFLINE": value]).isOffline)
        #expect(try !HubSettings(environment: ["HF_HUB_OFFLINE": "0"]).isOffline)
    }

    /// Seconds that no clock counts ended the program.
    @Test(arguments: ["inf", "nan", "1e300", "9223372036854775807", "0", "-1", "soon"])
    func timeoutsThatCannotBe(text: String) {
        let error = #expect(throws: HubError.self) {
            try HubSettings(environment: ["HF_HUB_DOWNLOAD_TIMEOUT": text]).timeout
        }
        #expect(error?.description.contains("HF_HUB_DOWNLOAD_TIMEOUT") == true)
    }

    @Test func endpoints() throws {
        let settings = try HubSettings(environment: ["HF_ENDPOINT": "https://mirror.example/hf//"])
        #expect(settings.endpoint == "https://mirror.example/hf")
        #expect(try HubSettings(environment: [:]).endpoint == "https://huggingface.co")
        for text in ["mirror", "ftp://x", "https://", "http://user@x", "https://x?y"] {
            let error = #expect(throws: HubError.self) {
                try HubSettings(environment: ["HF_ENDPOINT": text])
            }
            #expect(error?.cause == .usage, "\(text)")
        }
    }
}
