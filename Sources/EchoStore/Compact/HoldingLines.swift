/// The lines of parts that hold, one after the other.
///
/// A table that they name is compared with its hash before the first of them is handed out: a row that was
/// damaged must not get a new hash, which would say that it is whole.
struct HoldingLines {
    /// Tables that were compared with their hashes, and those without one.
    private(set) var verifiedTableCount = 0
    private(set) var unverifiedTableCount = 0
    private let folder: PartFolder
    private let attempts: LatestAttempts
    private var waiting: ArraySlice<PartName>
    private var open: (part: PartName, lines: ArraySlice<ManifestLine>)?
    /// Parts of which every line was handed out.
    private var finished: [PartName] = []

    init(_ folder: PartFolder, _ parts: [PartName], _ attempts: LatestAttempts) {
        (self.folder, self.attempts, waiting) = (folder, attempts, parts[...])
    }

    /// - Throws: ``StoreError`` if a manifest or table is damaged or cannot be read.
    mutating func next() throws(StoreError) -> ManifestLine? {
        while true {
            if let line = open?.lines.popFirst() {
                closeIfEmpty()
                return line
            }
            guard let part = waiting.popFirst() else { return nil }
            let all = try folder.lines(of: part)
            let lines = all.filter { attempts.isLatest($0.entry) }
            if folder.layout == .parts { try verifyTables(of: lines, all) }
            open = (part, lines[...])
            closeIfEmpty()
        }
    }

    /// Parts that came to their end since the last call.
    mutating func takeFinished() -> [PartName] {
        defer { finished = [] }
        return finished
    }

    private mutating func closeIfEmpty() {
        guard let open, open.lines.isEmpty else { return }
        finished.append(open.part)
        self.open = nil
    }

    /// - Parameter all: Those that no longer count too: the first that names a table has its hash.
    private mutating func verifyTables(
        of lines: [ManifestLine], _ all: [ManifestLine]
    ) throws(StoreError) {
        for level in EmbeddingFiles.Level.allCases {
            var hashes: [String: String] = [:]
            for case let place? in all.lazy.map({ $0.entry.place(level) }) {
                if let hash = place.sha256 { hashes[place.file] = hash }
            }
            let files = Set(lines.lazy.compactMap { $0.entry.place(level)?.file })
            for file in files.sorted() {
                let table = try TableFile(path: folder.path + "/" + file, name: level.rawValue)
                guard let recorded = hashes[file] else {
                    unverifiedTableCount += 1
                    continue
                }
                try table.require(sha256: recorded)
                verifiedTableCount += 1
            }
        }
    }
}
