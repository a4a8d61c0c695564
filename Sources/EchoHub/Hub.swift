import EchoFormats

/// How far a download is.
package struct HubProgress: Hashable, Sendable {
    /// The file's path in the repository.
    package let file: String
    /// Bytes that have come, those of an earlier attempt included.
    package let receivedByteCount: Int
    /// Bytes of the whole file; nil if the hub does not say.
    package let totalByteCount: Int?
    /// True if another process fetches the file, and this one waits for it.
    package let isWaiting: Bool
}

/// A model of the hub, at one commit, in the cache.
package struct HubSnapshot: Hashable, Sendable {
    package let repository: RepositoryName
    /// The branch, tag or commit that was asked for.
    package let revision: String
    /// What the revision means: 40 hexadecimal digits.
    package let commit: String
    /// The folder with `model.safetensors`.
    package let folder: String
    /// Bytes that were fetched now.
    package let receivedByteCount: Int
    /// What its user should be told, a sentence each.
    package let warnings: [String]
}

/// Models of the Hugging Face hub, through the cache that Python's `huggingface_hub` keeps: either
/// finds what the other fetched.
package struct Hub: Sendable {
    /// What an ECHO checkpoint must have.
    package static let checkpoint = "model.safetensors"
    /// What it may have: the number of heads.
    package static let configuration = "config.json"

    /// When the hub is asked.
    package enum Asking: Sendable {
        /// Only where the cache lacks the model.
        case whereMissing
        /// To see whether the revision has moved on; not for a commit that the cache has.
        case always
    }

    package let settings: HubSettings
    var cache: HubCache { HubCache(root: settings.cacheFolder) }

    package init(_ settings: HubSettings) { self.settings = settings }

    /// A model in the cache, fetched if it is missing.
    ///
    /// - Throws: ``HubError`` if it is neither in the cache nor on the hub. Where the hub
    ///   does not answer and the cache has the model, that is taken, with a warning.
    package func snapshot(
        of name: RepositoryName, asking: Asking = .whereMissing,
        progress: @escaping (HubProgress) -> Void = { _ in }
    ) throws(HubError) -> HubSnapshot {
        let revision = name.revision ?? RepositoryName.defaultRevision
        let cached = cached(name, revision)
        if let cached, cached.warnings.isEmpty,
            asking == .whereMissing || RepositoryName.isCommit(revision) || settings.isOffline
        {
            return cached
        }
        if settings.isOffline {
            guard let cached else { throw offline(name, revision) }
            return cached
        }
        if let problem = CurlLibrary.problem {
            guard let cached else { throw noLibrary(name, revision, problem) }
            return cached.adding(
                "libcurl cannot be loaded; commit \(cached.commit) of the cache is used")
        }
        do {
            return try fetch(name, revision, progress)
        } catch {
            guard let cached, error.isTemporary else { throw error }
            return cached.adding(
                "\(error.subject): \(error.what); commit \(cached.commit) of the cache is used")
        }
    }

    /// Copies the files of a snapshot's folder into another, which is made if it is missing.
    ///
    /// - Throws: ``HubError`` if a file cannot be written.
    package func copy(filesIn snapshot: String, to folder: String) throws(HubError) {
        try HubFiles.makeFolder(folder)
        for file in [Self.checkpoint, Self.configuration] {
            let source = "\(snapshot)/\(file)"
            if HubFiles.size(source) != nil { try HubFiles.copy(source, to: "\(folder)/\(file)") }
        }
    }

    /// What the cache has of a revision; nil if it lacks the checkpoint.
    private func cached(_ name: RepositoryName, _ revision: String) -> HubSnapshot? {
        guard let commit = cache.commit(of: revision, in: name),
            cache.has(Self.checkpoint, commit, of: name)
        else { return nil }
        let file = Self.configuration
        let isKnown = cache.has(file, commit, of: name) || cache.lacks(file, commit, of: name)
        let warnings =
            isKnown
            ? []
            : ["\(name.id): the cache does not know whether there is a \(file); none is assumed"]
        return snapshot(name, revision, commit, warnings: warnings)
    }

    private func snapshot(
        _ name: RepositoryName, _ revision: String, _ commit: String, received: Int = 0,
        warnings: [String] = []
    ) -> HubSnapshot {
        HubSnapshot(
            repository: name, revision: revision, commit: commit,
            folder: cache.snapshot(commit, of: name), receivedByteCount: received,
            warnings: warnings)
    }

    /// Asks the hub and fetches what the cache lacks. The revision is kept last, so that it never means
    /// a commit that is not there.
    private func fetch(
        _ name: RepositoryName, _ revision: String, _ progress: @escaping (HubProgress) -> Void
    ) throws(HubError) -> HubSnapshot {
        let connection = HubConnection(settings: settings)
        let facts = try connection.facts(of: name, revision: revision)
        guard facts.files.contains(Self.checkpoint) else { throw noCheckpoint(name, facts) }
        var received = 0
        for file in [Self.configuration, Self.checkpoint] {
            if cache.has(file, facts.commit, of: name) { continue }
            guard facts.files.contains(file) else {
                try cache.rememberAbsence(of: file, facts.commit, of: name)
                continue
            }
            let fileFacts = try connection.facts(of: file, in: name, commit: facts.commit)
            received += try BlobDownload(
                connection: connection, cache: cache, name: name, commit: facts.commit,
                file: file, facts: fileFacts, report: progress
            ).run()
            try cache.link(file, facts.commit, to: fileFacts.hash, of: name)
        }
        try cache.remember(facts.commit, as: revision, of: name)
        return snapshot(name, revision, facts.commit, received: received)
    }

    private func noCheckpoint(_ name: RepositoryName, _ facts: RevisionFacts) -> HubError {
        let names = facts.files.prefix(8).map { shown($0, limit: 80) }.joined(separator: ", ")
        let more = facts.files.count > 8 ? " and \(facts.files.count - 8) more" : ""
        return HubError(
            .noCheckpoint, "\(name.id), commit \(facts.commit)",
            "holds no \(Self.checkpoint), but " + (names.isEmpty ? "nothing" : names + more),
            remedy: "Name the repository of an ECHO encoder, as yucongzh/echo-tiny-0828.")
    }

    private func offline(_ name: RepositoryName, _ revision: String) -> HubError {
        HubError(
            .offline, name.id,
            "HF_HUB_OFFLINE is set, and \(settings.cacheFolder) lacks revision \"\(revision)\"",
            remedy: "Unset it for 'echo-gpu model pull \(name)', or copy the cache from elsewhere.")
    }

    /// Where a browser, or curl, finds the files of a revision.
    private func page(of name: RepositoryName, _ revision: String) -> String {
        "\(settings.page(name))/resolve/\(revision)"
    }

    private func noLibrary(
        _ name: RepositoryName, _ revision: String, _ problem: String
    ) -> HubError {
        HubError(
            .offline, name.id,
            """
            libcurl cannot be loaded (\(problem)), and \(settings.cacheFolder) lacks revision \
            "\(revision)"
            """,
            remedy: """
                Install libcurl (Debian and Ubuntu: apt-get install libcurl4). Or fetch \
                \(page(of: name, revision))/\(Self.checkpoint) (and \(Self.configuration), \
                where there is one) into a folder, and name the folder.
                """)
    }
}

extension HubSnapshot {
    fileprivate func adding(_ warning: String) -> HubSnapshot {
        HubSnapshot(
            repository: repository, revision: revision, commit: commit, folder: folder,
            receivedByteCount: receivedByteCount, warnings: warnings + [warning])
    }
}
