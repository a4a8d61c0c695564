import EchoFormats
import EchoHub
import EchoModel
import FoundationEssentials

/// Models of the Hugging Face hub, kept where Python's `huggingface_hub` keeps them, so that either
/// finds what the other fetched.
///
/// The environment says where the hub is (`HF_ENDPOINT`), who asks (`HF_TOKEN`, or the file that
/// `hf auth login` writes), where the cache lies (`HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`), and
/// whether the network may be used (`HF_HUB_OFFLINE=1`: it may not).
///
/// ```swift
/// let model = try ModelHub().model("yucongzh/echo-tiny-0828")
/// let echo = try Echo(model: .path(model.folder))
/// ```
public struct ModelHub: Sendable {
    /// How far a download is.
    public struct Progress: Hashable, Sendable {
        /// `model.safetensors` or `config.json`.
        public let file: String
        /// Bytes that have come, those of an earlier attempt included.
        public let receivedByteCount: Int
        /// Bytes of the whole file; nil if the hub does not say.
        public let totalByteCount: Int?
        /// True if another process fetches the file, and this one waits for it.
        public let isWaiting: Bool
    }

    /// A model of the hub in the cache.
    public struct Model: Hashable, Sendable, Encodable {
        /// `ORG/NAME`.
        public let name: String
        /// The branch, tag or commit that was asked for.
        public let revision: String
        /// The commit that it means: 40 hexadecimal digits.
        public let commit: String
        /// The folder with `model.safetensors`.
        public let folder: String
        /// Bytes that were fetched now; 0 if the cache had everything.
        public let receivedByteCount: Int
        /// What its user should be told, a sentence each.
        public let warnings: [String]
    }

    /// When the hub is asked.
    public enum Asking: Sendable {
        /// Only where the cache lacks the model.
        case whereMissing
        /// To see whether the branch or tag has moved on.
        case always
    }

    let hub: Hub

    /// Reads the environment.
    ///
    /// - Throws: ``EchoError`` of kind `usage` if `HF_ENDPOINT` or the token cannot be one.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(EchoError) {
        hub = try EchoError.translating {
            var settings = try HubSettings(environment: environment)
            settings.userAgent = "echo-gpu/\(Echo.version)"
            return Hub(settings)
        }
    }

    /// The folder of the cache.
    public var cacheFolder: String { hub.settings.cacheFolder }

    /// A model, fetched where the cache lacks it; the calling thread waits.
    ///
    /// What is fetched is put in place only with the length and the hash that the hub names. A download
    /// that breaks off goes on from there, at once or the next time. Where the hub does not answer and
    /// the cache has the model, that is taken, with a warning.
    ///
    /// - Parameters:
    ///   - name: `ORG/NAME`, or `ORG/NAME@REVISION`; `echo-tiny` and `echo-small` for short. `hf://` may stand in front.
    ///   - revision: A branch, a tag or a commit; `main` where neither names one.
    ///   - asking: Whether the hub is asked where the cache has the model.
    ///   - progress: Called often while a file comes, on the calling thread.
    /// - Throws: ``EchoError`` of kind `usage` where the name or revision cannot be one; `hub` if the
    ///   hub does not answer, refuses or lacks it; `model` if the repository has no checkpoint;
    ///   `create` and `write` if the cache cannot be written.
    public func model(
        _ name: String, revision: String? = nil, asking: Asking = .whereMissing,
        progress: @escaping (Progress) -> Void = { _ in }
    ) throws(EchoError) -> Model {
        let repository = try Self.repository(name, revision)
        return try EchoError.translating {
            let snapshot = try hub.snapshot(
                of: repository, asking: asking == .always ? .always : .whereMissing
            ) { progress(Progress($0)) }
            return Model(snapshot)
        }
    }

    /// Copies a model's files into a folder of your own, where ``Echo/Model/path(_:)`` finds them.
    ///
    /// - Throws: ``EchoError`` of kind `create` or `write` if that is not possible.
    public func copy(_ model: Model, to folder: String) throws(EchoError) {
        try EchoError.translating { try hub.copy(filesIn: model.folder, to: folder) }
    }

    /// A repository's name and a revision, checked.
    static func repository(
        _ name: String, _ revision: String?
    ) throws(EchoError) -> RepositoryName {
        let text = revision.map { "\(name)@\($0)" } ?? name
        guard let repository = RepositoryName(userText: text) else {
            throw EchoError(
                .usage,
                """
                \(quoted(text)) is no model of the hub. \(PublishedModel.meant(by: text))Name one as \
                ORG/NAME or ORG/NAME@REVISION; published are \(PublishedModel.list).
                """)
        }
        return repository
    }
}

extension ModelHub.Progress {
    fileprivate init(_ progress: HubProgress) {
        self.init(
            file: progress.file, receivedByteCount: progress.receivedByteCount,
            totalByteCount: progress.totalByteCount, isWaiting: progress.isWaiting)
    }
}

extension ModelHub.Model {
    fileprivate init(_ snapshot: HubSnapshot) {
        self.init(
            name: snapshot.repository.id, revision: snapshot.revision, commit: snapshot.commit,
            folder: snapshot.folder, receivedByteCount: snapshot.receivedByteCount,
            warnings: snapshot.warnings)
    }
}
