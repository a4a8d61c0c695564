import FoundationEssentials
import Glibc

/// A commit of a model in the cache.
package struct CachedSnapshot: Hashable, Sendable {
    package let repository: RepositoryName
    package let commit: String
    /// Branches and tags that meant this commit when they were last asked for, sorted.
    package let revisions: [String]
    package let folder: String
    /// Bytes of the files, symbolic links followed.
    package let byteCount: Int
    /// True if it has `model.safetensors`.
    package let hasCheckpoint: Bool
}

/// What is known of a file of a snapshot.
package enum FileVerdict: Hashable, Sendable {
    /// Its content has the hash that its blob is named by; the hash.
    case right(ContentHash)
    /// It has another; the one that it has.
    case wrong(ContentHash, actual: String)
    /// It is no link to a blob that a hash names.
    case unnamed
    /// It is a link to nothing.
    case missing
}

extension Hub {
    /// Every model of the cache, sorted by name and commit; data sets and the like are left out.
    package func list() -> [CachedSnapshot] {
        Self.names(in: settings.cacheFolder).compactMap(RepositoryName.init(folderName:))
            .flatMap(snapshots)
    }

    /// The commits of a model that the cache has.
    package func snapshots(of name: RepositoryName) -> [CachedSnapshot] {
        let folder = cache.folder(of: name)
        let references = references(in: folder + "/refs", of: name)
        return Self.names(in: folder + "/snapshots").filter(RepositoryName.isCommit).map { commit in
            let path = cache.snapshot(commit, of: name)
            let sizes = Self.files(in: path).compactMap { HubFiles.size("\(path)/\($0)") }
            return CachedSnapshot(
                repository: name, commit: commit, revisions: references[commit]?.sorted() ?? [],
                folder: path, byteCount: sizes.reduce(0, +),
                hasCheckpoint: cache.has(Self.checkpoint, commit, of: name))
        }
    }

    /// Every file of a snapshot, sorted by its path there, and whether its content is what its blob's
    /// name says.
    ///
    /// - Throws: ``HubError`` if a file cannot be read.
    package func check(
        _ snapshot: CachedSnapshot
    ) throws(HubError) -> [(file: String, verdict: FileVerdict)] {
        var checked: [(String, FileVerdict)] = []
        for file in Self.files(in: snapshot.folder) {
            checked.append((file, try Self.verdict("\(snapshot.folder)/\(file)")))
        }
        return checked
    }

    private static func verdict(_ path: String) throws(HubError) -> FileVerdict {
        guard HubFiles.size(path) != nil else { return .missing }
        guard let target = HubFiles.linkTarget(path),
            let hash = ContentHash(URL(fileURLWithPath: target).lastPathComponent)
        else { return .unnamed }
        let actual = try hash.digits(ofFile: path)
        return actual == hash.digits ? .right(hash) : .wrong(hash, actual: actual)
    }

    /// Names of revisions by what they mean.
    private func references(in folder: String, of name: RepositoryName) -> [String: [String]] {
        let revisions = Self.files(in: folder).filter(RepositoryName.isRevision)
        let pairs = revisions.compactMap { revision in
            cache.commit(of: revision, in: name).map { ($0, [revision]) }
        }
        return Dictionary(pairs, uniquingKeysWith: +)
    }

    private static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    /// Everything below a folder that is no folder, as sorted paths from it; links are not followed.
    private static func files(in folder: String) -> [String] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return paths.filter { path in
            var status = stat()
            return lstat("\(folder)/\(path)", &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
        }.sorted()
    }
}
