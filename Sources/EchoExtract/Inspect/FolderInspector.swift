import EchoFormats
import EchoSignal
import EchoStore
import FoundationEssentials

/// Reads an output folder of either layout, and holds its manifests against its arrays.
struct FolderInspector {
    private let folder: PartFolder
    private let known: KnownInputs
    private var inspection: Inspection
    private var tables: [TableStatistics.Key: TableStatistics] = [:]
    private var seen = SeenLines()
    private var ids: Set<ByteName> = []
    private var runs: [String: RunSummary.Counts] = [:]
    /// Of a folder of files: those that a line names, until they are found.
    private var named: Set<ByteName> = []

    static func inspect(_ folder: PartFolder) throws -> Inspection {
        let versions = ManifestVersions(folder)
        var inspector = FolderInspector(folder, try KnownInputs(folder))
        for part in folder.parts { try inspector.add(part) }
        // What compact took away meanwhile is no damage.
        try versions.requireSame()
        return try inspector.finished()
    }

    private init(_ folder: PartFolder, _ known: KnownInputs) {
        (self.folder, self.known) = (folder, known)
        inspection = Inspection(folder.path, folder.layout == .parts ? .parts : .files)
        (inspection.failedCount, inspection.retryCount) = (0, 0)
    }

    /// Adds a manifest: its lines, then the arrays that they name.
    private mutating func add(_ part: PartName) throws {
        var places: [ByteName: [ManifestEntry.Place]] = [:]
        var keys: [ByteName: TableStatistics.Key] = [:]
        var counting: Set<ByteName> = []
        for entry in try folder.entries(of: part) {
            let holds = count(entry, of: part)
            guard case .embedded(let embedding) = entry.outcome else { continue }
            // A table keeps rows that are replaced; a file is replaced itself.
            guard holds || folder.layout == .parts else { continue }
            for (level, place) in [
                (EmbeddingFiles.Level.utterance, embedding.utterance),
                (.segment, embedding.segments),
            ] {
                guard let place else { continue }
                places[ByteName(place.file), default: []].append(place)
                keys[ByteName(place.file)] = .init(level: level, width: embedding.width)
                if holds { counting.insert(ByteName(place.file)) }
            }
        }
        for (file, key) in keys.sorted(by: { $0.key.text < $1.key.text }) {
            let problems = check(file.text, key, places[file] ?? [], of: part)
            // Of a table of which no row counts nobody misses anything.
            if counting.contains(file) {
                inspection.problems += problems
            } else if !problems.isEmpty {
                inspection.replacedDamageCount += 1
            }
        }
    }

    /// Counts a line; true if no later one for its id puts it right.
    private mutating func count(_ entry: ManifestEntry, of part: PartName) -> Bool {
        let holds = known.isLatest(entry)
        let id = ByteName(entry.source.id)
        if !holds { inspection.supersededCount += 1 }
        switch entry.outcome {
        case .failed(let code, _):
            guard holds else { break }
            inspection.failedCount = (inspection.failedCount ?? 0) + 1
            inspection.failures[code, default: 0] += 1
            if SignalError.passingCodes.contains(code) {
                inspection.retryCount = (inspection.retryCount ?? 0) + 1
            }
            runs[entry.run, default: .init()].failed += 1
        case .embedded:
            if let problem = seen.problem(entry, in: part) { inspection.problems.append(problem) }
            if !holds {
                inspection.replacedCount += 1
                runs[entry.run, default: .init()].replaced += 1
            } else if ids.insert(id).inserted {
                inspection.runs[entry.run, default: 0] += 1
                runs[entry.run, default: .init()].embedded += 1
            }
        }
        return holds
    }

    /// Requires that the rows that a manifest names are those of the array, each once.
    ///
    /// - Returns: What is not so, a sentence each.
    private mutating func check(
        _ file: String, _ key: TableStatistics.Key, _ places: [ManifestEntry.Place],
        of part: PartName
    ) -> [String] {
        guard EmbeddingFiles.isBelow(file), folder.layout == .files || file.pathParts.count == 1
        else {
            return [
                "\(part.manifest): \(file) is not in the folder. \(StoreError.manifestRemedy)"
            ]
        }
        var problems: [String] = []
        for place in places {
            guard let problem = place.problem(in: folder.layout, key.level) else { continue }
            problems.append("\(part.manifest): \(problem). \(StoreError.manifestRemedy)")
            break
        }
        if folder.layout == .files { named.insert(ByteName(file)) }
        do {
            let table = try EmbeddingTable(inOutput: folder.path + "/" + file)
            let rows = places.map { $0.rows ?? 0..<1 }
            if !rows.nameOnce(table.rowCount) || table.width != key.width {
                problems.append(
                    "\(file) is [\(table.rowCount), \(table.width)], and its manifest, "
                        + "\(part.manifest), names other rows than these. \(StoreError.arrayRemedy)"
                )
            }
            tables[key, default: TableStatistics(key.level)].add(table)
        } catch {
            problems.append("\(error)")
        }
        return problems
    }

    private func finished() throws -> Inspection {
        var inspection = inspection
        inspection.recordingCount = ids.count
        for key in tables.keys.sorted() { tables[key].map { inspection.take($0) } }
        let records = try RunRecords(folder.path)
        inspection.settings = RunSummary.texts(records.current)
        inspection.models = runs.map { RunSummary(run: $0.key, $0.value, records) }
            .sorted { ($1.embedded, $0.run) < ($0.embedded, $1.run) }
        inspection.problems += FolderFaults.sentences(folder)
        inspection.unfinished = folder.unfinished
        (inspection.writers, inspection.deadWriters) = try OutputLock.owners(in: folder.path)
        if folder.layout == .files { countOthers(&inspection) }
        return inspection
    }

    /// Counts what lies in a folder of files and has no line.
    private func countOthers(_ inspection: inout Inspection) {
        for path in FolderTree.paths(below: folder.path) {
            let (below, name) = FolderSync.split(path)
            if TemporaryName.isOurs(name) {
                // Those at the top are counted already.
                if below != "." { inspection.unfinished.append(path) }
            } else if EmbeddingFiles.Level.allCases.contains(where: {
                name.endsInBytes(of: $0.ending)
            }),
                !named.contains(ByteName(path))
            {
                inspection.unlistedCount += 1
            }
        }
    }
}
