import EchoFormats

/// The rows of an output folder that hold, by width: found in two passes over its manifests.
///
/// Memory: some dozens of bytes a recording, more where the folder has a file for each; no table is
/// held, and no line.
package struct ArchiveIndex: Sendable {
    package let folder: PartFolder
    package let level: EmbeddingFiles.Level
    /// Rows by width.
    package var widths: [Int: Int] { places.mapValues(\.rowCount) }
    /// Recordings by width, and by the settings that they were embedded with: ``ManifestEntry/run``.
    package private(set) var runs: [Int: [String: Int]] = [:]
    /// Embeddings that a later try at their recording has replaced, or that `keeping` left out.
    package private(set) var replacedCount = 0
    package private(set) var leftOutCount = 0
    /// Recordings whose last try failed.
    package private(set) var failedCount = 0

    private var failures: [ByteName: String] = [:]
    private var places: [Int: RowPlaces] = [:]
    private var foundByID: [ByteName: [Location]] = [:]

    /// Where an id is: rows of ``rows(ofWidth:)`` of its width.
    package struct Location: Hashable, Sendable {
        package let width: Int
        /// One row, or at segment level those of its segments in order of time.
        package let rows: Range<Int>
        package let entry: ManifestEntry
    }

    /// Reads the manifests of all shards.
    ///
    /// - Parameters:
    ///   - ids: Recordings whose places ``locations(of:)`` tells.
    ///   - alsoFinding: True for lines whose recordings' places are told too.
    ///   - keeping: False for lines whose rows are left out.
    /// - Throws: ``StoreError`` if there is no manifest, a line of one is damaged, which is named, or one is
    ///   replaced meanwhile.
    package init(
        _ folder: PartFolder, level: EmbeddingFiles.Level, ids: Set<ByteName> = [],
        alsoFinding isWanted: (ManifestEntry) -> Bool = { _ in false },
        keeping: (ManifestEntry) -> Bool = { _ in true }
    ) throws(StoreError) {
        try folder.requireManifest()
        (self.folder, self.level) = (folder, level)
        let versions = ManifestVersions(folder)
        let attempts = try LatestAttempts(folder)
        for (part, name) in folder.parts.enumerated() {
            for (line, entry) in try folder.entries(of: name).enumerated() {
                guard attempts.isLatest(entry) else {
                    if !entry.isFailed { replacedCount += 1 }
                    continue
                }
                guard case .embedded(let embedding) = entry.outcome else {
                    failedCount += 1
                    noteFailure(entry, ids)
                    continue
                }
                guard let place = try place(of: embedding, name, line) else { continue }
                guard keeping(entry) else {
                    leftOutCount += 1
                    continue
                }
                let rows = place.rows ?? 0..<1
                let id = ByteName(entry.source.id)
                if ids.contains(id) || isWanted(entry) {
                    let first = places[embedding.width]?.rowCount ?? 0
                    foundByID[id, default: []].append(
                        Location(
                            width: embedding.width, rows: first..<first + rows.count, entry: entry))
                }
                runs[embedding.width, default: [:]][entry.run, default: 0] += 1
                places[embedding.width, default: RowPlaces()].append(
                    part: Int32(truncatingIfNeeded: part), line: Int32(truncatingIfNeeded: line),
                    file: place.file, rows: rows)
            }
        }
        try versions.requireSame()
    }

    /// The rows of one width; none if there are none.
    package func rows(ofWidth width: Int) -> ArchiveRows {
        ArchiveRows(
            folder, level, width: width, places[width] ?? RowPlaces(), runs: runs[width] ?? [:])
    }

    /// Where an id that the index was made for is, a location for each channel; empty if it is not.
    package func locations(of id: String) -> [Location] { foundByID[ByteName(id)] ?? [] }

    /// The places of all recordings that were to be found, in no order.
    package var found: some Sequence<Location> { foundByID.values.joined() }

    /// Why an id that the index was made for failed; nil if it did not.
    package func failure(of id: String) -> String? { failures[ByteName(id)] }

    private mutating func noteFailure(_ entry: ManifestEntry, _ ids: Set<ByteName>) {
        let id = ByteName(entry.source.id)
        guard ids.contains(id), case .failed(_, let reason) = entry.outcome else { return }
        failures[id] = reason
    }

    /// The place of a line's rows at the level; nil if it has none.
    private func place(
        of embedding: ManifestEntry.Embedding, _ part: PartName, _ line: Int
    ) throws(StoreError) -> ManifestEntry.Place? {
        let place = level == .utterance ? embedding.utterance : embedding.segments
        guard let place else { return nil }
        if let problem = place.problem(in: folder.layout, level) {
            throw StoreError(
                path: folder.path + "/" + part.manifest,
                .damagedRows("line \(line + 1): \(problem)"))
        }
        return place
    }
}

extension ManifestEntry.Place {
    /// What is wrong with it in a folder of this layout, as a sentence; nil if nothing is.
    package func problem(in layout: FolderLayout, _ level: EmbeddingFiles.Level) -> String? {
        guard EmbeddingFiles.isBelow(file), layout == .files || file.pathParts.count == 1 else {
            return "\(file) is not in the folder"
        }
        guard rows == nil, layout == .parts || level == .segment else { return nil }
        let member = level == .segment ? "segment_rows" : "utterance_row"
        return "\"\(member)\" is null, and \(file) is a table"
    }
}
