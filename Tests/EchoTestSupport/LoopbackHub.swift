import EchoFormats
import Foundation
import Synchronization

/// A Hugging Face hub on loopback: the part of its HTTP API that downloads use, with the files of one
/// repository. Files of more than ``largeFileSize`` bytes come from a second host, by redirection.
package final class LoopbackHub: Sendable {
    package typealias Request = LoopbackServer.Request
    package typealias Response = LoopbackServer.Response

    /// What there is, and how to answer wrongly.
    package struct State: Sendable {
        package var files: [String: Data]
        package var revisions: [String: String]
        /// Only for those who send this token.
        package var token: String?
        /// Changes an answer of the hub.
        package var hubFault: (@Sendable (Request, Response) -> Response)?
        /// Changes an answer of the host of large files.
        package var storeFault: (@Sendable (Request, Response) -> Response)?
    }

    package static let repository = "acme/echo-test"
    package static let firstCommit = String(repeating: "a1", count: 20)
    package static let secondCommit = String(repeating: "b2", count: 20)
    package static let largeFileSize = 1000

    package let hub: LoopbackServer
    package let store: LoopbackServer
    private let state: Box

    private final class Box: Sendable {
        let value: Mutex<State>
        init(_ state: State) { value = Mutex(state) }
    }

    /// A hub whose branch `main` has these files.
    package init(files: [String: Data]) throws {
        let box = Box(State(files: files, revisions: ["main": Self.firstCommit]))
        let store = try LoopbackServer { request in
            let state = box.value.withLock { $0 }
            let response = Self.store(request, state)
            return state.storeFault?(request, response) ?? response
        }
        let origin = store.origin
        self.store = store
        hub = try LoopbackServer { request in
            let state = box.value.withLock { $0 }
            let response = Self.answer(request, state, store: origin)
            return state.hubFault?(request, response) ?? response
        }
        state = box
    }

    package func change(_ change: (inout State) -> Void) { state.value.withLock { change(&$0) } }

    /// Requests to both hosts.
    package var requestCount: Int { hub.requests.count + store.requests.count }

    package func forget() {
        hub.forget()
        store.forget()
    }

    package static func sha256(_ data: Data) -> String { SHA256.hash(data).hexadecimalDigits }

    package static func gitHash(_ data: Data) -> String {
        SHA1.hash(Data("blob \(data.count)\0".utf8) + data).hexadecimalDigits
    }

    private static func answer(_ request: Request, _ state: State, store: String) -> Response {
        if let token = state.token, request.headers["authorization"] != "Bearer \(token)" {
            return Response(401, ["X-Error-Message": "Invalid username or password."])
        }
        let path = (request.path.removingPercentEncoding ?? "").split(separator: "?")[0]
        let revisions = "/api/models/\(repository)/revision/"
        let trees = "/api/models/\(repository)/tree/"
        let resolve = "/\(repository)/resolve/"
        if path.hasPrefix(revisions) {
            return found(path.dropFirst(revisions.count), state) { information($0, state) }
        }
        if path.hasPrefix(trees) {
            return found(path.dropFirst(trees.count), state) { _ in tree(state) }
        }
        guard path.hasPrefix(resolve) else {
            return Response(404, ["X-Error-Code": "RepoNotFound"])
        }
        let parts = path.dropFirst(resolve.count).split(separator: "/", maxSplits: 1)
        return found(parts[0], state) { commit in
            file(String(parts[1]), commit, request, state, store: store)
        }
    }

    private static func found(
        _ revision: Substring, _ state: State, _ answer: (String) -> Response
    ) -> Response {
        let commits = Set(state.revisions.values)
        let named = commits.contains(String(revision)) ? String(revision) : nil
        guard let commit = state.revisions[String(revision)] ?? named else {
            return Response(404, ["X-Error-Code": "RevisionNotFound"])
        }
        return answer(commit)
    }

    private static func information(_ commit: String, _ state: State) -> Response {
        let siblings = state.files.keys.sorted().map { ["rfilename": $0] }
        return json(["id": repository, "sha": commit, "siblings": siblings, "private": false])
    }

    private static func tree(_ state: State) -> Response {
        json(
            state.files.sorted { $0.key < $1.key }.map { path, data -> [String: Any] in
                var entry: [String: Any] = [
                    "type": "file", "path": path, "size": data.count, "oid": gitHash(data),
                ]
                if data.count > largeFileSize {
                    entry["lfs"] = ["oid": sha256(data), "size": data.count, "pointerSize": 130]
                }
                return entry
            })
    }

    private static func json(_ object: Any) -> Response {
        let body = (try? JSONSerialization.data(withJSONObject: object)) ?? Data()
        return Response(200, ["Content-Type": "application/json"], body: body)
    }

    private static func file(
        _ name: String, _ commit: String, _ request: Request, _ state: State, store: String
    ) -> Response {
        guard let data = state.files[name] else {
            return Response(404, ["X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit])
        }
        guard data.count > largeFileSize else {
            var response = content(data, request)
            response.headers["ETag"] = "\"\(gitHash(data))\""
            response.headers["X-Repo-Commit"] = commit
            return response
        }
        return Response(
            302,
            [
                "Location": "\(store)/\(sha256(data))?signature=1", "X-Repo-Commit": commit,
                "X-Linked-Etag": "\"\(sha256(data))\"", "X-Linked-Size": "\(data.count)",
            ])
    }

    /// The host of large files knows them by their hashes.
    private static func store(_ request: Request, _ state: State) -> Response {
        let named = state.files.values.first { request.path.hasPrefix("/\(sha256($0))?") }
        return named.map { content($0, request) } ?? Response(404)
    }

    /// A body, or the part of it that `Range` asks for.
    private static func content(_ data: Data, _ request: Request) -> Response {
        guard let range = request.headers["range"], range.hasPrefix("bytes="),
            case let bounds = range.dropFirst(6).split(
                separator: "-", omittingEmptySubsequences: false), bounds.count == 2,
            let start = Int(bounds[0])
        else { return Response(200, ["Accept-Ranges": "bytes"], body: data) }
        guard start < data.count else {
            return Response(416, ["Content-Range": "bytes */\(data.count)"])
        }
        let end = min(Int(bounds[1]).map { $0 + 1 } ?? data.count, data.count)
        return Response(
            206, ["Content-Range": "bytes \(start)-\(end - 1)/\(data.count)"],
            body: data.prefix(end).dropFirst(start))
    }
}
