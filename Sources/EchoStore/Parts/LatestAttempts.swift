import EchoFormats

/// Which tries at recordings hold: only those of ids that were tried more than once are kept.
package struct LatestAttempts {
    private var latest: [ByteName: Int] = [:]

    /// Looks through the manifests of all shards.
    ///
    /// - Throws: ``StoreError`` if one cannot be read or is damaged, with the line.
    package init(_ folder: PartFolder) throws(StoreError) {
        for part in folder.parts {
            try folder.forEachLine(of: part) { line in
                if line.attempt > 1 { add(line.name, line.attempt) }
                return true
            } entry: { entry in
                if entry.attempt > 1 { add(ByteName(entry.source.id), entry.attempt) }
            }
        }
    }

    private mutating func add(_ id: ByteName, _ attempt: Int) {
        latest[id] = max(attempt, latest[id] ?? 0)
    }

    package func isLatest(_ entry: ManifestEntry) -> Bool {
        isLatest(entry.attempt, ofID: { ByteName(entry.source.id) })
    }

    func isLatest(_ line: ScannedLine) -> Bool { isLatest(line.attempt, ofID: { line.name }) }

    private func isLatest(_ attempt: Int, ofID id: () -> ByteName) -> Bool {
        latest.isEmpty || latest[id()].map { $0 <= attempt } ?? true
    }
}
