import EchoFormats

/// What the manifests of a folder hold already, by id: a few dozen bytes for each, however many
/// there are.
///
/// A recording is known by its id, and its content by size, time of change and overrides. Its path is
/// information: a mount is no property of a recording. Only where the content is another does the path
/// tell a file that changed in place from another file of the same name.
package struct KnownInputs: Sendable {
    /// What is to be done about an input; `attempt` is the last try at its id.
    package enum State: Hashable, Sendable {
        /// Nothing: it is in the folder as it is now.
        case embedded(attempt: Int)
        /// It failed as it is now, with the settings of now, the last time that it was tried; `passing`
        /// if it is worth another try without being asked for.
        case failed(attempt: Int, passing: Bool)
        /// A line says that it is embedded, and the table does not have its rows.
        case lost(attempt: Int)
        /// There is no embedding of its id; `attempt` is 0 if it was never tried.
        case missing(attempt: Int)
        /// The folder holds an embedding of what it was before it changed, or cannot be looked at now.
        case changed(attempt: Int)
        /// The folder holds an embedding of its id from another path, with other content.
        case foreign(attempt: Int)
    }

    private struct Known {
        var key: SourceKey
        var attempt: Int32
        /// Nil if it failed. In this order the members take 64 bytes.
        var shape: EmbeddedShape?
        var outcome: Outcome
    }

    private enum Outcome: UInt8 {
        case embedded, embeddedByChannel, lost, failed, failedInPassing, failedOtherwise
    }

    private let passingCodes: Set<String>
    private let run: String?
    /// The last try at each id, and where it is: a number for each slot of a table that is at most 7 tenths
    /// full, one more than the place, 0 if the slot is free.
    private var latest = ChunkedArray<Known>()
    private var slots: [UInt32] = Array(repeating: 0, count: 16)
    /// Nil if tables are not looked at.
    private var tables: NamedTables?
    private var lostLines: [LostLine] = []

    /// A line whose rows are not in its table.
    private struct LostLine {
        let id: SourceKey.Digest
        let attempt: Int32
        /// Its place in ``NamedTables/lost``.
        let table: Int32
    }

    /// - Parameters:
    ///   - passingCodes: Codes of failures that may pass by themselves.
    ///   - run: The settings of now: what failed with others is no failure with these. Nil if they
    ///     are not known.
    package init(passingCodes: Set<String> = [], run: String? = nil) {
        (self.passingCodes, self.run) = (passingCodes, run)
    }

    /// Reads the manifests of all shards.
    ///
    /// - Parameters:
    ///   - findsLostTables: Whether the tables that lines name are looked at: what they lack is ``State/lost``.
    ///   - visit: Sees every line of a recording that failed.
    /// - Throws: ``StoreError`` if a manifest cannot be read, or a table that is there.
    package init(
        _ folder: PartFolder, passingCodes: Set<String> = [], run: String? = nil,
        findsLostTables: Bool = false,
        visitFailed visit: (PartName, ManifestEntry) -> Void = { _, _ in }
    ) throws(StoreError) {
        self.init(passingCodes: passingCodes, run: run)
        if findsLostTables, folder.layout == .parts { tables = NamedTables(folder: folder.path) }
        for part in folder.parts {
            try folder.forEachLine(of: part) { line throws(StoreError) in
                guard line.code == nil else { return false }
                let lost = try tables?.lostTable(of: line, in: part)
                add(
                    SourceKey(line), attempt: line.attempt, EmbeddedShape(line), line.hasChannel,
                    lost)
                return true
            } entry: { entry throws(StoreError) in
                guard case .embedded(let embedding) = entry.outcome else {
                    add(entry)
                    return visit(part, entry)
                }
                let lost = try tables?.lostTable(of: embedding, in: part)
                add(
                    SourceKey(entry.source), attempt: entry.attempt, EmbeddedShape(embedding),
                    embedding.channel != nil, lost)
            }
        }
    }

    package mutating func add(_ entry: ManifestEntry) {
        let key = SourceKey(entry.source)
        switch entry.outcome {
        case .embedded(let embedding):
            add(
                key, attempt: entry.attempt, EmbeddedShape(embedding), embedding.channel != nil, nil
            )
        case .failed(let code, _):
            let isOtherwise = run.map { $0 != entry.run } ?? false
            let outcome: Outcome =
                isOtherwise
                ? .failedOtherwise : passingCodes.contains(code) ? .failedInPassing : .failed
            add(
                Known(
                    key: key, attempt: Int32(clamping: entry.attempt), shape: nil, outcome: outcome)
            )
        }
    }

    /// Adds a line of an embedding; `lost` is the place of a table that does not have its rows.
    private mutating func add(
        _ key: SourceKey, attempt: Int, _ shape: EmbeddedShape, _ isOfChannel: Bool, _ lost: Int?
    ) {
        let attempt = Int32(clamping: attempt)
        let outcome: Outcome = isOfChannel ? .embeddedByChannel : .embedded
        add(
            Known(
                key: key, attempt: attempt, shape: shape, outcome: lost == nil ? outcome : .lost))
        if let lost {
            lostLines.append(
                LostLine(id: key.id, attempt: attempt, table: Int32(truncatingIfNeeded: lost)))
        }
    }

    private mutating func add(_ known: Known) {
        if latest.count * 10 >= slots.count * 7 { grow() }
        let slot = slot(of: known.key.id)
        guard slots[slot] > 0 else {
            latest.append(known)
            slots[slot] = UInt32(latest.count)
            return
        }
        let place = Int(slots[slot]) - 1
        let earlier = latest[place]
        guard earlier.attempt <= known.attempt else { return }
        latest[place] = known
        guard earlier.attempt == known.attempt, var shape = earlier.shape else { return }
        // One more channel of the same try: of all of them or of none there are rows.
        shape.addChannel()
        latest[place].shape = shape
        if earlier.outcome == .lost { latest[place].outcome = .lost }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: 2 * slots.count)
        for place in 0..<latest.count { slots[slot(of: latest[place].key.id)] = UInt32(place + 1) }
    }

    /// The slot that an id has, or that is free for it.
    private func slot(of id: SourceKey.Digest) -> Int {
        var slot = id.low & (slots.count - 1)
        while slots[slot] > 0, latest[Int(slots[slot]) - 1].key.id != id {
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private func known(_ id: SourceKey.Digest) -> Known? {
        let number = slots[slot(of: id)]
        return number == 0 ? nil : latest[Int(number) - 1]
    }

    package func state(of source: RecordingSource) -> State { state(of: SourceKey(source)) }

    package func state(of key: SourceKey) -> State {
        guard let known = known(key.id) else { return .missing(attempt: 0) }
        let attempt = Int(known.attempt)
        let hasContent =
            known.key.byteCount == key.byteCount && known.key.modified == key.modified
        let isSame = hasContent && known.key.overrides == key.overrides
        switch known.outcome {
        case .lost: return .lost(attempt: attempt)
        case .failedOtherwise: return .missing(attempt: attempt)
        case .failed, .failedInPassing:
            guard isSame else { return .missing(attempt: attempt) }
            return .failed(attempt: attempt, passing: known.outcome == .failedInPassing)
        case .embedded, .embeddedByChannel:
            if isSame { return .embedded(attempt: attempt) }
            return hasContent || known.key.path == key.path || key.isUnknown
                ? .changed(attempt: attempt) : .foreign(attempt: attempt)
        }
    }

    /// True if no later line for its id is known.
    package func isLatest(_ entry: ManifestEntry) -> Bool {
        known(SourceKey.Digest(entry.source.id)).map { $0.attempt <= entry.attempt } ?? true
    }

    /// True if there is an embedding of this id; `byChannel`, one of each channel.
    package func isEmbedded(_ id: String, byChannel: Bool? = nil) -> Bool {
        switch known(SourceKey.Digest(id))?.outcome {
        case .embedded: byChannel != true
        case .embeddedByChannel: byChannel != false
        case .lost, .failed, .failedInPassing, .failedOtherwise, nil: false
        }
    }

    /// The files that it has in a folder of files; nil if there is no embedding of this id.
    package func shape(of id: String) -> EmbeddedShape? { known(SourceKey.Digest(id))?.shape }

    /// A table that is gone or damaged, and how many recordings have lost their embedding with it.
    package struct LostTable: Hashable, Sendable {
        package let name: String
        package let reason: String
        package let recordingCount: Int
    }

    /// The tables that recordings have lost their embeddings with, in the order of the manifests.
    package var lostTables: [LostTable] {
        var counts: [Int: Int] = [:]
        var last: SourceKey.Digest?
        for line in lostLines where known(line.id)?.attempt == line.attempt {
            // Channels of one recording follow each other.
            if line.id != last { counts[Int(line.table), default: 0] += 1 }
            last = line.id
        }
        let lost = tables?.lost ?? []
        return counts.sorted { $0.key < $1.key }.map { number, count in
            LostTable(name: lost[number].name, reason: lost[number].reason, recordingCount: count)
        }
    }
}

extension SourceKey {
    fileprivate init(_ line: ScannedLine) {
        self.init(
            id: line.id, path: line.path, byteCount: line.byteCount, modified: line.modified,
            overrides: line.overrides)
    }
}
