import EchoFormats
import EchoStore

/// The tables or arrays that the lines of one manifest name, with what they say of each.
struct ManifestFiles {
    struct File {
        let name: String
        let level: EmbeddingFiles.Level
        let width: Int
        var sha256: String?
        var rows: [Range<Int>] = []
        /// Whether a line that names it holds.
        var counts = false
    }

    /// In the order in which lines name them first.
    private(set) var all: [File] = []
    /// What is wrong with the lines themselves.
    private(set) var problems: [String] = []

    /// - Throws: ``StoreError`` if the manifest is damaged.
    init(
        _ part: PartName, in folder: PartFolder, _ attempts: LatestAttempts,
        _ seen: inout SeenLines
    ) throws(StoreError) {
        var places: [ByteName: Int] = [:]
        for entry in try folder.entries(of: part) {
            guard case .embedded(let embedding) = entry.outcome else { continue }
            if let problem = seen.problem(entry, in: part) { problems.append(problem) }
            // A table keeps rows that are replaced; a file is replaced itself.
            let holds = attempts.isLatest(entry)
            guard folder.layout == .parts || holds else { continue }
            for level in EmbeddingFiles.Level.allCases {
                guard let place = entry.place(level) else { continue }
                if let problem = place.problem(in: folder.layout, level) {
                    problems.append(
                        "\(part.manifest): \(entry.source.id): \(problem). "
                            + StoreError.manifestRemedy)
                    continue
                }
                let name = ByteName(place.file)
                if places[name] == nil {
                    places[name] = all.count
                    all.append(File(name: place.file, level: level, width: embedding.width))
                }
                guard let index = places[name] else { continue }
                all[index].rows.append(place.rows ?? 0..<1)
                all[index].counts = all[index].counts || holds
                all[index].sha256 = all[index].sha256 ?? place.sha256
            }
        }
    }
}

extension [Range<Int>] {
    /// Whether they name each of so many rows once.
    func nameOnce(_ count: Int) -> Bool {
        var next = 0
        for rows in sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard rows.lowerBound == next else { return false }
            next = rows.upperBound
        }
        return next == count
    }
}
