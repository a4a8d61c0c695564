import EchoFormats
import EchoSignal
import EchoStore

/// What a run has to do: the recordings that the folder does not hold as they are now.
package struct PendingRecordings {
    let folder: String
    let shard: Shard
    /// ``RunRecord/digest`` of the settings.
    let run: String
    /// What the manifests of all shards say.
    let known: KnownInputs
    /// The recordings to embed, in order, and which try at each it is.
    package let inputs: InputList
    private var attempts: [Int32] = []
    /// True for those of which the last line stays in force where they fail in passing.
    private var keepsLastLine: [Bool] = []
    /// Recordings that are in the folder, and that failed and are not tried again.
    private(set) var embeddedBeforeCount = 0
    private(set) var failedBeforeCount = 0
    /// Recordings whose embedding a table or an array has lost, and that are embedded again.
    private(set) var lostCount = 0
    /// The failures of this shard that still hold.
    let failures: FailureList

    /// Pairs of paths that a message names.
    private static let exampleLimit = 3

    /// Compares a shard's inputs with what the folder holds.
    ///
    /// - Parameters:
    ///   - presence: Tells whether what the manifests name is still there.
    ///   - problems: What could not be searched for inputs.
    /// - Throws: ``StoreError`` if a manifest cannot be read, or an id stands for another recording.
    package init(
        _ all: InputList, in folder: PartFolder, _ options: OutputOptions, run: String,
        presence: EmbeddingPresence? = nil, problems: [FailureList.Failure]
    ) throws(StoreError) {
        (self.folder, shard, self.run) = (folder.path, options.shard, run)
        // Whoever holds the whole folder keeps the lists of all shards true.
        var failed: [Shard: [ManifestEntry]] = [:]
        let shard = options.shard
        let passing = SignalError.passingCodes
        known = try KnownInputs(
            folder, passingCodes: passing, run: run, findsLostTables: true
        ) { part, entry in
            if part.shard == shard || shard == .whole {
                failed[part.shard, default: []].append(entry)
            }
        }
        var foreign: [Input] = []
        var pending: [Int] = []
        var keys = SourceKeys(all)
        for index in all.indices {
            let state = known.state(of: keys.key(of: index))
            switch state {
            case .embedded where presence?.has(all[index], known) ?? true:
                embeddedBeforeCount += 1
            case .failed(_, passing: false) where !options.retriesFailed: failedBeforeCount += 1
            default:
                if case .foreign = state { foreign.append(all[index]) }
                if state.saysEmbedded { lostCount += 1 }
                guard state.attempt < ManifestEntry.attempts.upperBound else {
                    throw StoreError(
                        path: folder.path,
                        .notARecord("\(all[index].id) was tried \(state.attempt) times"))
                }
                pending.append(index)
                attempts.append(Int32(state.attempt + 1))
                keepsLastLine.append(state.keepsLastLine)
            }
        }
        inputs = all.selecting(pending)
        if !options.replaces { try Self.refuse(foreign, in: folder) }
        var failures = FailureList(folder: folder.path, shard: shard, problems: problems)
        let known = self.known
        for entry in failed[shard] ?? [] where known.isLatest(entry) { failures.add(entry) }
        if shard == .whole {
            try failures.takeOthers(in: folder.path) { shard in
                (failed[shard] ?? []).filter { known.isLatest($0) }
            }
        }
        self.failures = failures
    }

    /// What the folder has lost, a sentence each: the first tables, and how many recordings are embedded again.
    var losses: [String] {
        let tables = known.lostTables
        guard lostCount > 0 || !tables.isEmpty else { return [] }
        var sentences = tables.prefix(Self.exampleLimit).map { table in
            let count = table.recordingCount.counted("recording")
            return "\(folder)/\(table.name): \(table.reason): \(count) lost the embedding in it"
        }
        let more = tables.count - sentences.count
        if more > 0 { sentences.append("\(folder): \(more.counted("more table")) lost embeddings") }
        let total = tables.reduce(0) { $0 + $1.recordingCount }
        let again =
            "\(folder): embeddings that were gone or damaged, and are made again: \(lostCount)"
        let others = max(0, total - lostCount)
        sentences.append(
            others == 0
                ? again
                : "\(again). Others: \(others), whose recordings this run is not given: run the command that "
                    + "has them, or restore the tables from a copy")
        return sentences
    }

    /// The line of a recording in the manifest.
    func entry(_ number: Int, _ outcome: ManifestEntry.Outcome) -> ManifestEntry {
        ManifestEntry(
            source: RecordingSource(inputs[number]), attempt: Int(attempts[number]), run: run,
            outcome: outcome)
    }

    /// The line of a recording that failed; nil if the earlier one stays in force: a file that is
    /// away for a while, or in an archive that is damaged now, takes no embedding out of the folder, and adds
    /// no line each time.
    func entry(_ number: Int, _ failure: RecordingFailure) -> ManifestEntry? {
        let isPassing = SignalError.passingCodes.contains(failure.code)
        if isPassing || isWithheld(inputs[number]), keepsLastLine[number] { return nil }
        return entry(number, .failed(code: failure.code, reason: failure.reason))
    }

    /// Whether an archive no longer gives up what is embedded of it.
    private func isWithheld(_ input: Input) -> Bool {
        if case .withheld = input.source { known.isEmbedded(input.id) } else { false }
    }

    func failure(_ number: Int, _ failure: RecordingFailure) -> FailureList.Failure {
        let input = inputs[number]
        return .init(id: input.id, path: input.path, code: failure.code, reason: failure.reason)
    }

    /// - Throws: ``StoreError`` that names recordings whose ids stand for others in the folder.
    private static func refuse(_ inputs: [Input], in folder: PartFolder) throws(StoreError) {
        guard !inputs.isEmpty else { return }
        let earlier = try folder.paths(of: Set(inputs.map { Array($0.id.utf8) }))
        let others = inputs.compactMap { input -> StoreError.Replacement? in
            let path = earlier[Array(input.id.utf8)] ?? "?"
            // The same file by another path, such as one through a link, changed in place.
            if let real = RealPath.of(path), real == RealPath.of(input.path) { return nil }
            return .init(id: input.id, earlierPath: path, path: input.path)
        }
        guard !others.isEmpty else { return }
        throw StoreError(
            path: folder.path,
            .otherContent(count: others.count, Array(others.prefix(exampleLimit))))
    }
}

extension KnownInputs.State {
    /// The last try at the id, 0 if there was none.
    fileprivate var attempt: Int {
        switch self {
        case .embedded(let attempt), .lost(let attempt), .failed(let attempt, _),
            .missing(let attempt), .changed(let attempt), .foreign(let attempt):
            attempt
        }
    }

    /// True if lines say that it is embedded as it is now.
    fileprivate var saysEmbedded: Bool {
        switch self {
        case .embedded, .lost: true
        case .failed, .missing, .changed, .foreign: false
        }
    }

    fileprivate var keepsLastLine: Bool {
        switch self {
        case .embedded, .changed, .foreign, .failed(_, passing: true): true
        case .lost, .failed, .missing: false
        }
    }
}

/// What the folder may know each input of a list by.
private struct SourceKeys {
    private let inputs: InputList
    /// The overrides of the last input that had any: most lists say the same of many.
    private var last: (number: Int, hash: Int) = (0, 0)

    init(_ inputs: InputList) { self.inputs = inputs }

    mutating func key(of index: Int) -> SourceKey {
        if let (number, overrides) = inputs.overrides(of: index), number != last.number {
            last = (number, SourceKey.hash(overrides: overrides.record))
        }
        let hash = inputs.overrides(of: index) == nil ? 0 : last.hash
        let (byteCount, modified) = inputs.facts(of: index)
        return inputs.withTexts(of: index) { path, _ in
            inputs.withID(of: index) { id in
                SourceKey(
                    id: id, path: path, byteCount: byteCount,
                    modified: modified == 0 ? nil : Int(modified), overrides: hash)
            }
        }
    }
}

extension RecordingSource {
    init(_ input: Input) {
        self.init(
            id: input.id, path: input.path, byteCount: input.byteCount,
            modified: input.modified == 0 ? nil : Int(input.modified),
            overrides: input.overrides.record, fields: input.fields)
    }
}
