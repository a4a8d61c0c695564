import EchoHub
import EchoTestSupport
import Foundation
import Synchronization
import Testing

/// Hubs that cannot answer now, or answer by drops, and addresses that hold secrets.
@Suite(.timeLimit(.minutes(20))) struct PatienceTests {
    private final class Counter: Sendable {
        private let value = Mutex(0)
        func next() -> Int {
            value.withLock {
                $0 += 1; return $0
            }
        }
    }

    /// A hub that answers its first `count` questions of this kind with `status`.
    private static func busyHub(
        _ status: Int, _ headers: [String: String] = [:], count: Int, path: String = "/api/"
    ) throws -> TestHub {
        let test = try TestHub()
        let counter = Counter()
        test.server.change { state in
            state.hubFault = { request, response in
                guard request.path.contains(path), counter.next() <= count else { return response }
                return LoopbackServer.Response(status, headers)
            }
        }
        return test
    }

    @Test(arguments: [429, 500, 502, 503, 504], ["/api/", "/resolve/"])
    func theHubIsAskedAgain(status: Int, path: String) throws {
        let test = try Self.busyHub(status, count: 3, path: path)
        try test.pull()
        #expect(try bytes(test.blob) == test.weights)
    }

    @Test func butNotForEver() throws {
        let test = try Self.busyHub(503, count: 1000)
        #expect(try test.refusal().cause == .busy)
        #expect(test.server.hub.requests.count == 5)
    }

    /// In seconds, and as a date.
    @Test func thePauseThatTheHubAsksForIsMade() throws {
        let test = try Self.busyHub(429, ["Retry-After": "1"], count: 1)
        let start = ContinuousClock.now
        try test.pull()
        #expect(ContinuousClock.now - start >= .seconds(1))
        let past = try Self.busyHub(
            503, ["Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"], count: 1)
        try past.pull()
    }

    @Test(arguments: ["3600", "Wed, 21 Oct 2099 07:28:00 GMT"])
    func aPauseOfHoursIsLeftToTheUser(pause: String) throws {
        let test = try Self.busyHub(429, ["Retry-After": pause], count: 1000)
        let error = try test.refusal()
        #expect(error.cause == .busy)
        #expect(error.description.contains(#/Try again in \d+ s/#), "\(error)")
        #expect(test.server.hub.requests.count == 1)
    }

    /// A few bytes now and then would keep a connection open for ever.
    @Test func aTrickleIsGivenUp() throws {
        let test = try TestHub()
        test.server.change { state in
            state.storeFault = { _, response in
                var response = response
                response.pieceLength = 10
                return response
            }
        }
        let error = try test.refusal(nil, asking: .always, ["HF_HUB_DOWNLOAD_TIMEOUT": "1"])
        #expect(error.cause == .unreachable, "\(error)")
        #expect(!FileManager.default.fileExists(atPath: test.blob))
    }

    /// Stores sign the addresses that they redirect to; proxies have passwords in theirs.
    @Test func noSecretOfAnAddressIsShown() throws {
        let places = [
            "ftp://user:secret@store.example/x?X-Amz-Signature=secret#secret",
            "http://user:secret@127.0.0.1:1/x?Signature=secret", "//user:secret@?secret",
        ]
        for place in places {
            let test = try TestHub()
            test.server.change { state in
                state.hubFault = { _, _ in LoopbackServer.Response(302, ["Location": place]) }
            }
            let error = try test.refusal()
            #expect(!error.description.contains("secret"), "\(error)")
            #expect(!error.description.contains("user"), "\(error)")
        }
        let endpoint = ["HF_ENDPOINT": "https://me:secret@hub.example?token=secret"]
        let error = #expect(throws: HubError.self) { try HubSettings(environment: endpoint) }
        #expect(error?.description.contains("https://hub.example?...") == true)
        #expect(error?.description.contains("secret") == false)
    }

    /// The store's refusal names the store, not the signature.
    @Test func aRefusalBehindARedirectionKeepsTheSignature() throws {
        let test = try TestHub()
        let store = test.server.store.origin
        test.server.change { state in
            state.hubFault = { request, response in
                request.path.hasSuffix("model.safetensors") && request.method == "GET"
                    ? LoopbackServer.Response(
                        302, ["Location": "\(store)/blob?X-Amz-Signature=secret"]) : response
            }
            state.storeFault = { _, _ in LoopbackServer.Response(418) }
        }
        let error = try test.refusal()
        #expect(error.description.contains("\(store)/blob"), "\(error)")
        #expect(!error.description.contains("secret"), "\(error)")
    }
}
