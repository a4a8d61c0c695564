import EchoFormats
import EchoStore

extension RunRecord {
    /// Makes this the record of a folder, or makes sure that it is.
    ///
    /// Other settings are refused, but where they change no embedding that is there: none is there yet,
    /// or what was not set is, and only signals that could not be read without it depend on it. Where
    /// they are forced, what was embedded stays and counts as done. The earlier record is kept as
    /// `run-DIGEST.json`.
    ///
    /// - Returns: What is not as it was when the folder was begun: sentences.
    /// - Throws: ``StoreError`` if the folder was written with other settings, or nobody knows with which, or
    ///   cannot be.
    func claim(
        _ folder: String, holding lock: OutputLock, force: Bool
    ) throws(StoreError) -> [String] {
        // Listed first: a shard that begins at this moment writes the record, then manifests.
        let hasParts = try !PartFolder(path: folder).parts.isEmpty
        if hasParts, try RunRecord.read(in: folder) == nil {
            throw StoreError(path: folder + "/" + Self.fileName, .lostSettings)
        }
        guard let earlier = try RunRecord.create(self, in: folder) else { return [] }
        guard earlier.layout == layout else {
            throw StoreError(
                path: folder + "/" + Self.fileName,
                .otherLayout(theirs: earlier.layout.rawValue, ours: layout.rawValue))
        }
        let rounding = differencesOfRounding(from: earlier).map {
            "\($0): embeddings may differ from the earlier ones in their last digits"
        }
        let differences = differences(from: earlier)
        guard !differences.isEmpty else { return rounding }
        if !force, !isAddition(to: earlier), try Self.hasEmbeddings(folder) {
            throw StoreError(path: folder + "/" + Self.fileName, .otherSettings(differences))
        }
        try lock.requireAlone(in: folder)
        try earlier.write(to: "run-\(earlier.digest).json", in: folder)
        try write(to: Self.fileName, in: folder)
        return differences.map { "\($0) from now on" } + rounding
    }

    /// True if the settings differ only in that one is set that was not, and that only matters to
    /// signals which cannot be embedded without it.
    private func isAddition(to earlier: RunRecord) -> Bool {
        let (was, now) = (earlier.compared, compared)
        let keys = Set(was.members.map(\.key)).union(now.members.map(\.key))
        return keys.allSatisfy { key in
            was[key] == now[key] || was[key] == nil && ["sample_rate", "raw"].contains(key)
        }
    }

    static func hasEmbeddings(_ folder: String) throws(StoreError) -> Bool {
        let folder = try PartFolder(path: folder)
        for part in folder.parts {
            if try folder.entries(of: part).contains(where: { !$0.isFailed }) { return true }
        }
        return false
    }
}
