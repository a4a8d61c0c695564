import EchoFormats
import EchoScore
import EchoSignal
import EchoStore
import Logging

/// Makes the catalogs of a scoring: reads folders, and embeds recordings.
struct CatalogLoader {
    private let request: ScoreRequest
    private let logger: Logger?
    private let progress: (ScoreProgress) -> Void
    private let wanted: RowCatalog.Wanted
    private var reader: FieldReader
    private var echo: Echo?
    /// Recordings that could not be embedded.
    private(set) var failedCount = 0

    init(
        _ request: ScoreRequest, fields: Set<String>, logger: Logger?,
        progress: @escaping (ScoreProgress) -> Void
    ) throws {
        (self.request, self.logger, self.progress) = (request, logger, progress)
        wanted = .init(fields: fields, time: request.time)
        let tables = try request.tables.map { path in
            guard let bytes = try SmallFile.read(path) else {
                throw EchoError(.input, "\(path): there is no such file. Check --fields-from.")
            }
            return try FieldTable(bytes, path: path)
        }
        reader = FieldReader(
            pattern: try request.pattern.map { try NamePattern($0) }, tables: tables)
    }

    /// The catalogs of bank and test; one if both are the same.
    mutating func load() throws -> (bank: RowCatalog, test: RowCatalog) {
        let test = try ScoreInputs(request.test.inputs, option: "--test")
        let isOne = ScorePlan.isOneCatalog(request)
        let bank = isOne ? test : try ScoreInputs(request.bank.inputs, option: "--bank")
        let folder = [bank, test].lazy.compactMap(\.firstFolder).first
        try requireUseOfModel([bank, test])
        let testRows = try catalog(test, request.test.inputs, like: folder)
        let bankRows = isOne ? testRows : try catalog(bank, request.bank.inputs, like: folder)
        try reader.requireMatches()
        for path in reader.unusedTables {
            logger?.warning("\(path): no line of it is about any of the recordings.")
        }
        try EmbeddingRuns.requireAgreement(
            isOne ? [testRows.runs] : [bankRows.runs, testRows.runs])
        return (bankRows, testRows)
    }

    private func requireUseOfModel(_ inputs: [ScoreInputs]) throws(EchoError) {
        let recordings = inputs.lazy.compactMap(\.firstRecording).first
        if let recordings, request.embedding.model == nil {
            throw EchoError(
                .usage,
                "\(recordings) has recordings, and embeddings are what is compared. Give --model, or embed "
                    + "them first: echo-gpu extract --model M --output FOLDER \(recordings)")
        }
        if recordings == nil, request.embedding.model != nil, request.embedding.isModelAsked {
            logger?.warning("--model is for recordings, and all of these are embedded already.")
        }
    }

    private mutating func catalog(
        _ inputs: ScoreInputs, _ places: [String], like folder: PartFolder?
    ) throws -> RowCatalog {
        var catalog = RowCatalog(places: places, wanted)
        switch inputs {
        case .folders(let folders):
            for folder in folders {
                progress(ScoreProgress(.reading(folder.path), 0, 0))
                let before = catalog.addedCount
                try catalog.add(folder, reading: &reader)
                if catalog.addedCount == before { try explainEmpty(folder) }
            }
        case .recordings(let paths):
            try embed(paths, like: folder, into: &catalog)
        }
        catalog.finish()
        return catalog
    }

    /// A folder without a row is a mistake, and the mistake has a name.
    private func explainEmpty(_ folder: PartFolder) throws {
        let record = try RunRecord.read(in: folder.path)
        guard record?.settings["level"] == .string("segment") else {
            throw EchoError(
                .data,
                "\(folder.path): no recording is embedded there. See 'echo-gpu inspect' for why.")
        }
        throw EchoError(
            .data,
            "\(folder.path) has segments alone, and recordings are scored: embed it with --level "
                + "utterance or both.")
    }

    // MARK: Recordings

    private mutating func embed(
        _ paths: [String], like folder: PartFolder?, into catalog: inout RowCatalog
    ) throws {
        let begun = try folder.flatMap { try FolderSettings.read($0.path) }
        let reading = try reading(begun)
        let echo = try opened(begun)
        logger?.notice(
            """
            embedding the recordings of \(paths.joined(separator: " ")) in memory; 'echo-gpu extract' \
            keeps embeddings for the next time
            """)
        let selection = InputSelection(arguments: paths, reading: reading)
        var entries: [(entry: ManifestEntry, row: [Float])] = []
        var failures: [String] = []
        var damage: (any Error)?
        let summary = try RowExtraction(.init(selection), on: echo).run { done, total in
            progress(ScoreProgress(.embedding, done, total))
            return true
        } row: { row in
            do {
                let entry = try ManifestEntry(row: row)
                if case .failed(_, let reason) = entry.outcome {
                    failures.append("\(entry.source.path): \(reason)")
                } else {
                    entries.append((entry, row.utterance))
                }
            } catch { damage = damage ?? error }
            return true
        }
        if let damage { throw damage }
        failedCount += summary.badCount
        for failure in failures { logger?.error("\(failure)") }
        for sentence in summary.skipped.sentences { logger?.notice("\(sentence)") }
        guard !entries.isEmpty else {
            throw EchoError(
                .input,
                "none of the recordings of \(paths.joined(separator: " ")) can be embedded. The lines "
                    + "above say why.")
        }
        var options = Extraction.Options(output: "")
        options.reading = reading
        try catalog.add(
            entries, failedCount: summary.badCount, run: RunRecord(options, echo), reading: &reader)
    }

    /// How recordings are read: as the other side's folder was, if nothing else is asked for.
    private func reading(_ begun: FolderSettings?) throws -> ReadingOptions {
        let channels = request.embedding.channels
        var reading = request.embedding.signals
        reading.channels = channels ?? .mean
        return try begun?.reading(reading, hasChannels: channels != nil) ?? reading
    }

    private mutating func opened(_ begun: FolderSettings?) throws -> Echo {
        if let echo { return echo }
        guard let model = request.embedding.model else {
            throw EchoError(.usage, "recordings need --model.")
        }
        let opened = try Echo(
            model: model, device: request.embedding.device, precision: begun?.precision ?? .fp32,
            logger: logger)
        echo = opened
        return opened
    }
}

extension ManifestEntry {
    /// The line that a folder would have of a row in memory.
    fileprivate init(row: RecordingRow) throws(MemberError) {
        var members = row.fields
        members.append("attempt", .integer(1))
        members.append("run", .string(""))
        try self.init(members)
    }
}

extension ScoreInputs {
    var firstFolder: PartFolder? {
        if case .folders(let folders) = self { folders.first } else { nil }
    }

    var firstRecording: String? {
        if case .recordings(let paths) = self { paths.first } else { nil }
    }
}

/// How far a scoring is.
package struct ScoreProgress: Sendable {
    package enum Phase: Hashable, Sendable {
        /// A folder's manifests.
        case reading(String)
        case embedding
        case scoring
        /// The bank's own scores.
        case threshold
        case classifying
    }

    package let phase: Phase
    package let done: Int
    /// 0 while nobody knows.
    package let total: Int

    init(_ phase: Phase, _ done: Int, _ total: Int) {
        (self.phase, self.done, self.total) = (phase, done, total)
    }
}
