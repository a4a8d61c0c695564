import EchoHub
import EchoTestSupport
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(20))) struct ResumeTests {
    /// The ranges that the host of large files was asked for; nil for the whole.
    private static func ranges(_ test: TestHub) -> [String?] {
        test.server.store.requests.filter { $0.method == "GET" }.map { $0.headers["range"] }
    }

    @Test func aBrokenConnectionIsTakenUpWhereItEnded() throws {
        let test = try TestHub()
        test.server.change { state in
            state.storeFault = { request, response in
                var response = response
                if request.headers["range"] == nil { response.breaksOffAfter = 5000 }
                return response
            }
        }
        let snapshot = try test.pull()
        #expect(Self.ranges(test) == [nil, "bytes=5000-"])
        #expect(try bytes(snapshot.folder + "/model.safetensors") == test.weights)
        #expect(!FileManager.default.fileExists(atPath: test.blob + ".incomplete"))
    }

    @Test func whatABrokenPullLeftIsTakenUpByTheNext() throws {
        let test = try TestHub()
        test.server.change { state in
            state.storeFault = { _, response in
                var response = response
                response.breaksOffAfter = 0
                return response
            }
        }
        try test.makeBlobFolder()
        try test.weights.prefix(777).write(to: URL(fileURLWithPath: test.blob + ".incomplete"))
        #expect(try test.refusal().cause == .unreachable)
        #expect(try bytes(test.blob + ".incomplete") == test.weights.prefix(777))
        #expect(!FileManager.default.fileExists(atPath: test.blob))
        // Nothing came five times: enough.
        #expect(Self.ranges(test) == Array(repeating: "bytes=777-", count: 5))

        test.server.change { $0.storeFault = nil }
        test.server.forget()
        let snapshot = try test.pull()
        #expect(Self.ranges(test) == ["bytes=777-"])
        #expect(snapshot.receivedByteCount == test.weights.count - 777)
        #expect(try bytes(test.blob) == test.weights)
    }

    /// A connection on which nothing comes any more is given up, and taken up anew.
    @Test func aConnectionThatStalls() throws {
        let test = try TestHub()
        test.server.change { state in
            state.storeFault = { request, response in
                var response = response
                if request.headers["range"] == nil {
                    response.breaksOffAfter = 5000
                    response.stalls = true
                }
                return response
            }
        }
        try test.pull(nil, asking: .always, ["HF_HUB_DOWNLOAD_TIMEOUT": "1"])
        #expect(Self.ranges(test) == [nil, "bytes=5000-"])
        #expect(try bytes(test.blob) == test.weights)
    }

    @Test func aServerWithoutRangesSendsEverythingAgain() throws {
        let test = try TestHub()
        let weights = test.weights
        test.server.change { state in
            state.storeFault = { _, _ in LoopbackServer.Response(200, body: weights) }
        }
        try test.makeBlobFolder()
        try weights.prefix(777).write(to: URL(fileURLWithPath: test.blob + ".incomplete"))
        try test.pull()
        #expect(try bytes(test.blob) == weights)
    }

    /// Each attempt begins anew and gets no further: that comes to an end.
    @Test func aServerWithoutRangesThatAlwaysBreaksOff() throws {
        let test = try TestHub()
        let weights = test.weights
        test.server.change { state in
            state.storeFault = { _, _ in
                var response = LoopbackServer.Response(200, body: weights)
                response.breaksOffAfter = 5000
                return response
            }
        }
        #expect(try test.refusal().cause == .unreachable)
        #expect(Self.ranges(test).count < 20)
        #expect(!FileManager.default.fileExists(atPath: test.blob))
    }

    @Test(arguments: ["wrong", "too long", "whole"])
    func leftoversThatAreNoStart(kind: String) throws {
        let test = try TestHub()
        try test.makeBlobFolder()
        let left =
            switch kind {
            case "wrong": Data(repeating: 7, count: 777)
            case "too long": test.weights + Data([1])
            default: Data(repeating: 7, count: test.weights.count)
            }
        try left.write(to: URL(fileURLWithPath: test.blob + ".incomplete"))
        try test.pull()
        #expect(try bytes(test.blob) == test.weights)
        #expect(Self.ranges(test).last == .some(nil))
    }

    @Test func twoPullsAtOnceFetchOnce() throws {
        let test = try TestHub()
        let waiter = Waiter()
        test.holdContentBack(until: waiter)
        let results = Mutex<[Data]>([])
        let done = DispatchGroup()
        for _ in 0..<3 {
            done.enter()
            let hub = try test.hub()
            let name = try test.name()
            Thread.detachNewThread {
                defer { done.leave() }
                let snapshot = try? hub.snapshot(of: name, progress: waiter.note)
                let content = snapshot.flatMap { try? bytes($0.folder + "/model.safetensors") }
                results.withLock { $0.append(content ?? Data()) }
            }
        }
        #expect(done.wait(timeout: .now() + 60) == .success)
        #expect(results.withLock { $0 } == Array(repeating: test.weights, count: 3))
        #expect(Self.ranges(test).count == 1)
        #expect(waiter.count > 0)
    }
}
