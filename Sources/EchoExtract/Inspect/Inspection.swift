import EchoFormats
import EchoHub
import EchoModel
import EchoStore
import FoundationEssentials

/// What is in an output folder, a file of embeddings or a model.
package struct Inspection: Sendable, Codable {
    package enum Kind: String, Sendable, Codable {
        case parts, files, array, model
    }

    package let path: String
    package let kind: Kind
    /// Recordings that are embedded, by their ids.
    package var recordingCount: Int?
    /// Recordings whose last try failed, and how many of them for each reason.
    package var failedCount: Int?
    package var failures: [String: Int] = [:]
    /// Of those that failed, how many the next run tries again: what may pass by itself.
    package var retryCount: Int?
    /// Lines of manifests that a later one for the same id puts right.
    package var supersededCount = 0
    /// Of those the embeddings: rows of tables, or files, that a later try has replaced.
    package var replacedCount = 0
    /// Tables that are gone or damaged, and of which no row counts any more.
    package var replacedDamageCount = 0
    /// Recordings that are embedded, by the settings that they were embedded with.
    package var runs: [String: Int] = [:]
    /// Likewise with the models and settings, a row each.
    package var models: [RunSummary] = []
    /// What `run.json` says: text as it is, all else as JSON.
    package var settings: [String: String] = [:]
    /// Temporary files, and tables without a manifest: what runs have open, or dead ones left.
    package var unfinished: [String] = []
    /// Who writes to the folder now, and whose runs died: what they left goes with the next run.
    package var writers: [String] = []
    package var deadWriters: [String] = []
    /// Embeddings in a folder of files that no line of a manifest names: release 0.1.0 wrote no lines.
    package var unlistedCount = 0
    package var tables: [TableSummary] = []
    package var model: ModelSummary?
    /// What should not be, a sentence each.
    package var problems: [String] = []

    /// True if nothing is wrong. Failed recordings and equal rows are no faults of a folder.
    package var isSound: Bool { problems.isEmpty }

    /// Reads what lies at `path`.
    ///
    /// - Throws: ``EchoError`` if there is nothing of ours, or it cannot be read.
    package init(path: String) throws(EchoError) {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw EchoError(
                .input, "\(path): there is no such file or folder. \(Self.remedy(missing: path))")
        }
        self = try EchoError.translating {
            isFolder ? try Self.folder(path) : try Self.file(path)
        }
    }

    private static func remedy(missing path: String) -> String {
        PublishedModel.called(path) == nil
            ? "Check the path."
            : "It is the name of a published model: give the folder that 'echo-gpu model pull \(path)' prints."
    }

    init(_ path: String, _ kind: Kind) { (self.path, self.kind) = (path, kind) }

    private static func folder(_ path: String) throws -> Inspection {
        let parts = try PartFolder(path: path)
        if !parts.parts.isEmpty || FileManager.default.fileExists(atPath: path + "/run.json") {
            return try FolderInspector.inspect(parts)
        }
        if FileManager.default.fileExists(atPath: path + "/model.safetensors") {
            return try model(path)
        }
        return try files(path)
    }

    private static func file(_ path: String) throws -> Inspection {
        guard path.endsInBytes(of: ".safetensors") else {
            do {
                return try array(path)
            } catch let error as StoreError {
                guard case .malformed = error.cause, path.ending != "npy" else { throw error }
                throw EchoError(
                    .data,
                    "\(path): no table of embeddings (.npy, .safetensors) and no model. Name one of these, "
                        + "or the folder that 'echo-gpu extract --output' was given.")
            }
        }
        let names = try SafetensorsFile(path: path).names
        return names.contains("utterance") || names.contains("segment")
            ? try array(path) : try model(path)
    }

    private static func array(_ path: String) throws -> Inspection {
        var inspection = Inspection(path, .array)
        var statistics = TableStatistics(level: nil, looksForEqualRows: true)
        statistics.add(try EmbeddingTable(path: path))
        inspection.take(statistics)
        return inspection
    }

    private static func model(_ path: String) throws -> Inspection {
        var inspection = Inspection(path, .model)
        let summary = ModelSummary(try Weights.load(path: path))
        inspection.model = summary
        if summary.notFiniteCount > 0 {
            inspection.problems.append(
                "weights that are not finite numbers: \(summary.notFiniteCount). Fetch or convert the model again."
            )
        }
        return inspection
    }

    /// A folder of files for each recording, without manifests, as release 0.1.0 wrote it.
    ///
    /// - Throws: ``EchoError`` if there is nothing of ours in it.
    private static func files(_ path: String) throws -> Inspection {
        var inspection = Inspection(path, .files)
        var tables: [TableStatistics.Key: TableStatistics] = [:]
        var names: Set<ByteName> = []
        let paths = FolderTree.paths(below: path)
        // What lies in an output folder below is that one's.
        let others = paths.filter { $0.endsInBytes(of: "/" + RunRecord.fileName) }
            .map { $0.droppingLastBytes(RunRecord.fileName.utf8.count) }
        for name in paths where !others.contains(where: { name.utf8.starts(with: $0.utf8) }) {
            for level in EmbeddingFiles.Level.allCases
            where name.endsInBytes(of: ".\(level.rawValue).npy") {
                let ending = ".\(level.rawValue).npy".utf8.count
                names.insert(ByteName(name.droppingLastBytes(ending)))
                do {
                    let table = try EmbeddingTable(inOutput: path + "/" + name)
                    let key = TableStatistics.Key(level: level, width: table.width)
                    tables[key, default: TableStatistics(level)].add(table)
                } catch {
                    inspection.problems.append("\(error)")
                }
            }
        }
        inspection.recordingCount = names.count
        inspection.unlistedCount = names.count
        for key in tables.keys.sorted() { tables[key].map { inspection.take($0) } }
        let failures = try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { $0.wholeMatch(of: #/errors(-[0-9]+of[0-9]+)?\.jsonl/#) != nil }
            .flatMap { try FailureList.read(path + "/" + $0) }
        guard !names.isEmpty || !failures.isEmpty else {
            throw ForeignFolder.error(path)
        }
        inspection.failedCount = failures.count
        for failure in failures { inspection.failures[failure.code, default: 0] += 1 }
        return inspection
    }

    mutating func take(_ statistics: TableStatistics) {
        let summary = statistics.summary
        tables.append(summary)
        guard summary.notFiniteCount > 0 else { return }
        let place = statistics.notFiniteExample.map { ": the first is \($0)" } ?? ""
        problems.append(
            "\(summary.notFiniteCount.counted("row")) of width \(summary.width) with values that are not "
                + "finite numbers\(place). \(StoreError.arrayRemedy)")
    }
}

/// What a checkpoint is.
package struct ModelSummary: Sendable, Codable {
    package let name: String
    package let sha256: String
    package let embeddingWidth: Int
    package let layerCount: Int
    package let headCount: Int
    package let parameterCount: Int
    /// Parameters that are NaN or infinite.
    package let notFiniteCount: Int

    init(_ weights: Weights) {
        let size = weights.configuration
        name = weights.name
        sha256 = weights.sha256()
        (embeddingWidth, layerCount) = (size.embeddingWidth, size.layerCount)
        headCount = size.headCount
        parameterCount = weights.tensors.values.reduce(0) { $0 + $1.elementCount }
        notFiniteCount = weights.tensors.values.reduce(0) { sum, tensor in
            sum + tensor.withFloats { $0.reduce(0) { $0 + ($1.isFinite ? 0 : 1) } }
        }
    }
}
