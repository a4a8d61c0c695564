import EchoFormats
import EchoInvariant
import EchoOpenCL
import EchoScore
import EchoStore
import FoundationEssentials
import Logging

/// Finds the rows of an output folder that are nearest to recordings, straight from its tables.
package struct ArchiveSearch {
    /// Rows that were searched, and rows that there are to search.
    package typealias Progress = @Sendable (_ done: Int, _ total: Int) -> Void

    private let request: SearchRequest
    private let settings: FolderSettings
    private let model: ArchiveModel
    private let index: ArchiveIndex
    private let meaning: QueryMeaning
    private let own: OwnRecordings
    /// The settings for which rows were left out.
    private let settingsApart: [String]

    /// Reads the folder's manifests, and finds out what the queries are.
    ///
    /// - Throws: ``EchoError`` if the folder is not ours or damaged, has no rows of the level, or a query
    ///   means two things or nothing.
    package init(_ request: SearchRequest) throws(EchoError) {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: request.folder, isDirectory: &isFolder),
            isFolder
        else {
            throw EchoError(
                .input, "\(request.folder): there is no such folder. Check what --in is given.")
        }
        let folder = try EchoError.translating { try PartFolder(path: request.folder) }
        try EchoError.translating { try folder.requireManifest() }
        let model = try ArchiveModel(request.folder)
        guard let settings = try FolderSettings.read(request.folder) else {
            throw EchoError(
                .data, "\(request.folder): its run.json has gone meanwhile. Search again.")
        }
        let ids = Set(
            request.queries.compactMap { query -> ByteName? in
                if case .file = query { nil } else { ByteName(query.text) }
            })
        var own = try OwnRecordings(
            request.queries.filter(\.mayBeFile).map(\.text)
                .filter { FileManager.default.fileExists(atPath: $0) },
            settings.reading(request.signals, hasChannels: false))
        var apart: Set<String> = []
        var queriesApart: [ByteName: [String]] = [:]
        let index = try EchoError.translating {
            try ArchiveIndex(
                folder, level: request.level, ids: ids, alsoFinding: own.contains
            ) { entry in
                let differing = model.settingsApart(entry)
                if differing.isEmpty { return true }
                apart.formUnion(differing)
                let id = ByteName(entry.source.id)
                if ids.contains(id) { queriesApart[id] = differing }
                return false
            }
        }
        own.find(in: index)
        guard !index.widths.isEmpty else {
            throw Self.noRows(request, settings, index, apart.sorted())
        }
        meaning = try QueryMeaning(request, index) { queriesApart[ByteName($0)] ?? [] }
        (self.request, self.settings, self.model, self.index) = (request, settings, model, index)
        (self.own, self.settingsApart) = (own, apart.sorted())
    }

    private static func noRows(
        _ request: SearchRequest, _ settings: FolderSettings, _ index: ArchiveIndex,
        _ apart: [String]
    ) -> EchoError {
        let wanted = settings.level.rawValue
        if wanted != "both", wanted != request.level.rawValue {
            return EchoError(
                .usage,
                """
                \(request.folder) has no \(request.level) rows: it was made with --level \(wanted). Search \
                with --level \(wanted), or extract with --level both into another folder.
                """)
        }
        if index.leftOutCount > 0 {
            return EchoError(
                .usage,
                """
                \(request.folder) has \(index.leftOutCount.counted("embedding")), all made with other settings \
                than those of its run.json (\(apart.joined(separator: ", "))). Embed the recordings again: \
                extract with --replace.
                """)
        }
        return EchoError(
            .data,
            """
            \(request.folder) has no embedding: \(index.failedCount) recordings failed, and no other is \
            in it. 'echo-gpu inspect' says why they failed.
            """)
    }

    /// Embeds what has to be, and searches.
    ///
    /// - Parameters:
    ///   - logger: Told which devices are used, and what is unusual.
    ///   - download: Called often while a model comes from the hub.
    /// - Throws: ``EchoError`` if the model is not the folder's, a device fails, or a table is damaged.
    package func run(
        logger: Logger? = nil, download: @escaping (ModelHub.Progress) -> Void = { _ in },
        progress: @escaping Progress = { _, _ in }
    ) throws(EchoError) -> SearchResult {
        let recordings = RecordingQueries(request: request, paths: meaning.recordings)
        let embedded = try recordings.embed(settings, model, own) {
            name, precision throws(EchoError) in
            try Echo(
                model: .named(name), devices: [request.device], precision: precision,
                logger: logger, trace: nil, download: download)
        }
        let queries = try fromFolder() + embedded.queries
        let total = Set(queries.map(\.width)).reduce(0) { $0 + (index.widths[$1] ?? 0) }
        let done = ScanCount(total: total, report: progress)
        let device = try NearestDevice(DeviceSelector(request.device), progress: done.add)
        // Where a query was embedded the device is told already.
        if embedded.queries.isEmpty { logger?.notice("\(device.reason)") }
        if let warning = device.warning { logger?.warning("\(warning)") }
        var result = SearchResult(
            folder: request.folder, level: request.level.rawValue,
            metric: request.metric.rawValue, device: device.name)
        result.failures = embedded.failures
        let clips = try request.clips.map { folder throws(EchoError) in
            try HitClips(folder, of: request)
        }
        var answers: [Int: SearchAnswer] = [:]
        for width in Set(queries.map(\.width)).sorted() {
            let numbers = queries.indices.filter { queries[$0].width == width }
            let search = WidthSearch(
                request: request, index: index, rows: index.rows(ofWidth: width), clips: clips)
            let some = numbers.map { (number: $0, query: queries[$0]) }
            let found = try search.answer(some, device.finder)
            for (number, answer) in zip(numbers, found) { answers[number] = answer }
            done.next()
        }
        result.answers = queries.indices.compactMap { answers[$0] }
        result.notes = notes(result) + embedded.notes + [clips?.note].compactMap(\.self)
        return result
    }

    /// The queries that are recordings of the folder.
    private func fromFolder() throws(EchoError) -> [SearchQuery] {
        try EchoError.translating {
            try meaning.ids.flatMap { text, locations in
                try locations.map {
                    try SearchQuery(text, $0, in: index.rows(ofWidth: $0.width))
                }
            }
        }
    }

    private func notes(_ result: SearchResult) -> [String] {
        var notes: [String] = []
        if !model.isTrained {
            notes.append(
                """
                The folder was made with untrained weights (\(model.name)): distances mean nothing.
                """)
        }
        if index.leftOutCount > 0 {
            notes.append(
                """
                Left out, as they were embedded with other settings than those of run.json \
                (\(settingsApart.joined(separator: ", "))): \
                \(index.leftOutCount.counted("embedding")).
                """)
        }
        notes += model.unknown(index.runs.values.flatMap(\.keys))
        if index.replacedCount > 0 {
            notes.append(
                "Left out, as later ones have replaced them: \(index.replacedCount.counted("embedding"))."
            )
        }
        for width in Set(result.answers.map(\.width)).sorted() {
            let others = index.widths.filter { $0.key != width }.sorted { $0.key < $1.key }
            guard !others.isEmpty else { continue }
            let list = others.map { width, count in
                "\(width) (\(count) \(count == 1 ? "row" : "rows"))"
            }.joined(separator: ", ")
            notes.append(
                """
                Rows of width \(width) were searched; not searched, as other sample rates, and other \
                numbers of joined channels, give other widths: \(list).
                """)
        }
        return notes
    }
}
