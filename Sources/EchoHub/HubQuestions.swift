import EchoFormats
import FoundationEssentials

/// What the hub says of a revision.
struct RevisionFacts: Equatable {
    /// The commit, 40 hexadecimal digits.
    let commit: String
    /// Every file's path in the repository.
    let files: [String]
}

/// What the hub says of a file.
struct FileFacts: Equatable {
    let hash: ContentHash
    /// Bytes; nil if the hub does not say.
    let size: Int?
}

extension HubConnection {
    /// Longest list of files that is read, in bytes.
    private static let maximumAnswerLength = 32 << 20

    /// The commit that a revision means, and its files.
    func facts(of name: RepositoryName, revision: String) throws(HubError) -> RevisionFacts {
        let named = RepositoryName("\(name.id)@\(revision)") ?? name
        let path = "/api/models/\(name.id)/revision/\(revision.percentEncoded)"
        let exchange = try ask(Question(repository: named, path: path))
        let body = try self.body(of: exchange, limit: Self.maximumAnswerLength)
        guard let answer = try? JSONDecoder().decode(ModelAnswer.self, from: body),
            RepositoryName.isCommit(answer.sha),
            !RepositoryName.isCommit(revision) || answer.sha == revision
        else { throw notAHub(path, "its answer names no commit") }
        return RevisionFacts(commit: answer.sha, files: (answer.siblings ?? []).map(\.rfilename))
    }

    /// Hash and size of a file of a commit.
    func facts(
        of file: String, in name: RepositoryName, commit: String
    ) throws(HubError) -> FileFacts {
        // A redirection to a store of large files carries what is asked for; the store knows less.
        let question = Question(
            repository: name, path: Self.path(of: file, in: name, commit: commit), method: "HEAD",
            isAnswered: { $0.header("X-Linked-Etag") != nil && $0.status < 400 })
        let exchange = try ask(question)
        guard let said = exchange.header("X-Repo-Commit"), said == commit else {
            throw notAHub(question.path, "its answer does not name the commit asked for")
        }
        let tag = exchange.header("X-Linked-Etag") ?? exchange.header("ETag") ?? ""
        guard let hash = ContentHash(etag: tag) else {
            throw notAHub(
                question.path, "its ETag \"\(shown(tag, limit: 80))\" is not a hash of the content")
        }
        let isRedirection = exchange.status >= 300
        let length =
            exchange.header("X-Linked-Size")
            ?? (isRedirection ? nil : exchange.header("Content-Length"))
        let size = length.flatMap { Int($0) }
        guard size.map({ $0 >= 0 }) ?? (length == nil) else {
            throw notAHub(
                question.path, "its size \"\(shown(length ?? "", limit: 80))\" is not a number")
        }
        return FileFacts(hash: hash, size: size)
    }

    /// The content of a file of a commit, from byte `offset` where the hub can.
    func content(
        of file: String, in name: RepositoryName, commit: String, from offset: Int
    ) throws(HubError) -> HTTPExchange {
        // Once: whoever fetches begins again where it ended.
        try askOnce(
            Question(
                repository: name, path: Self.path(of: file, in: name, commit: commit),
                headers: offset > 0 ? ["Range": "bytes=\(offset)-"] : [:],
                // 416: what was fetched before is no start of this file.
                isAnswered: { $0.status == 416 }))
    }

    private static func path(
        of file: String, in name: RepositoryName, commit: String
    ) -> String {
        "/\(name.id)/resolve/\(commit)/\(file.percentEncoded)"
    }

    private func notAHub(_ path: String, _ what: String) -> HubError {
        HubError(
            .answer, settings.endpoint + path, what,
            remedy: "Check that HF_ENDPOINT is a hub, and that no proxy changes its answers.")
    }
}

/// The part of `/api/models/ORG/NAME/revision/REVISION` that is read.
private struct ModelAnswer: Decodable {
    struct File: Decodable {
        let rfilename: String
    }

    let sha: String
    let siblings: [File]?
}
