import EchoHub
import EchoModel

extension ModelHub {
    /// A model that the cache has.
    public struct CachedModel: Hashable, Sendable, Encodable {
        /// `ORG/NAME`.
        public let name: String
        /// 40 hexadecimal digits.
        public let commit: String
        /// Branches and tags that meant this commit when they were last asked for.
        public let revisions: [String]
        /// The folder with its files.
        public let folder: String
        /// Bytes of all its files.
        public let byteCount: Int
        /// The encoder's sizes; nil if this is no ECHO checkpoint.
        public let encoder: Sizes?
    }

    /// The sizes of an encoder.
    public struct Sizes: Hashable, Sendable, Encodable {
        /// Width D of a band's embedding.
        public let embeddingWidth: Int
        /// Number of transformer layers.
        public let layerCount: Int
        /// Attention heads of a layer.
        public let headCount: Int
    }

    /// What a file of a cached model turned out to be.
    public struct FileCheck: Hashable, Sendable, Encodable {
        /// Its path in the repository; `checkpoint` for whether the encoder loads.
        public let file: String
        /// Nil if it could not be checked: nothing names the hash that it should have.
        public let isRight: Bool?
        /// The hash that it has, or what is wrong.
        public let text: String
    }

    /// Everything that was checked of a cached model.
    public struct Verification: Hashable, Sendable, Encodable {
        /// `ORG/NAME`.
        public let name: String
        /// 40 hexadecimal digits.
        public let commit: String
        /// Its files, then `checkpoint`.
        public let checks: [FileCheck]
        /// True if nothing is wrong.
        public let passes: Bool
    }

    /// Every model of the cache, by name and commit; those of other architectures have no ``Sizes``.
    public func list() -> [CachedModel] {
        hub.list().map(Self.cachedModel)
    }

    /// Computes the hash of every file of the models named, all of the cache's ECHO checkpoints where
    /// none is, compares it with the one that the hub gave, and loads the encoder.
    ///
    /// - Parameter names: `ORG/NAME`, or `ORG/NAME@REVISION` for one commit of it.
    /// - Throws: ``EchoError`` of kind `usage` if a name cannot be one, `hub` if the cache does not
    ///   have it, `write` if a file cannot be read.
    public func verify(_ names: [String] = []) throws(EchoError) -> [Verification] {
        var snapshots: [CachedSnapshot] = []
        for name in names { snapshots += try cached(name) }
        if names.isEmpty {
            snapshots = hub.list().filter { Self.cachedModel($0).encoder != nil }
        }
        return try EchoError.translating {
            try snapshots.map { try verification(of: $0) }
        }
    }

    /// The cached commits that a name means.
    private func cached(_ name: String) throws(EchoError) -> [CachedSnapshot] {
        let repository = try Self.repository(name, nil)
        let all = hub.snapshots(of: repository)
        let wanted = all.filter { snapshot in
            guard let revision = repository.revision else { return true }
            return snapshot.commit == revision || snapshot.revisions.contains(revision)
        }
        guard !wanted.isEmpty else {
            throw EchoError(
                .hub,
                """
                \(name): \(cacheFolder) does not have it. 'echo-gpu model list' shows what there is, \
                'echo-gpu model pull \(name)' fetches it.
                """)
        }
        return wanted
    }

    private func verification(of snapshot: CachedSnapshot) throws(HubError) -> Verification {
        var checks: [FileCheck] = []
        for (file, verdict) in try hub.check(snapshot) {
            checks.append(FileCheck(file, verdict))
        }
        do {
            let weights = try Weights.load(path: snapshot.folder)
            let sizes = Sizes(weights.configuration)
            checks.append(FileCheck(file: "checkpoint", isRight: true, text: "\(sizes)"))
        } catch {
            checks.append(FileCheck(file: "checkpoint", isRight: false, text: "\(error)"))
        }
        return Verification(
            name: snapshot.repository.id, commit: snapshot.commit, checks: checks,
            passes: checks.allSatisfy { $0.isRight != false })
    }

    private static func cachedModel(_ snapshot: CachedSnapshot) -> CachedModel {
        let encoder = try? Configuration.load(path: snapshot.folder)
        return CachedModel(
            name: snapshot.repository.id, commit: snapshot.commit, revisions: snapshot.revisions,
            folder: snapshot.folder, byteCount: snapshot.byteCount,
            encoder: encoder.map { Sizes($0) })
    }
}

extension ModelHub.Sizes: CustomStringConvertible {
    fileprivate init(_ configuration: Configuration) {
        self.init(
            embeddingWidth: configuration.embeddingWidth, layerCount: configuration.layerCount,
            headCount: configuration.headCount)
    }

    /// `192 wide, 12 layers, 3 heads`.
    public var description: String {
        "\(embeddingWidth) wide, \(layerCount) layers, \(headCount) heads"
    }
}

extension ModelHub.FileCheck {
    fileprivate init(_ file: String, _ verdict: FileVerdict) {
        switch verdict {
        case .right(let hash):
            self.init(file: file, isRight: true, text: "\(hash.kind) \(hash.digits)")
        case .wrong(let hash, let actual):
            self.init(
                file: file, isRight: false,
                text: "\(hash.kind) \(actual), not \(hash.digits): remove the file and pull again")
        case .unnamed:
            self.init(file: file, isRight: nil, text: "nothing names its hash")
        case .missing:
            self.init(file: file, isRight: false, text: "a link to nothing: pull again")
        }
    }
}
