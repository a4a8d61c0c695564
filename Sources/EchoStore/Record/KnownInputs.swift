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
        var outcome: Outcome
    }

    private enum Outcome: UInt8 {
        case embedded, embeddedByChannel, failed, failedInPassing, failedOtherwise
    }

    private let passingCodes: Set<String>
    private let run: String?
    /// The last try at each id, and where it is: a number for each slot of a table that is at most 7 tenths
    /// full, one more than the place, 0 if the slot is free.
    private var latest = ChunkedArray<Known>()
    private var slots: [UInt32] = Array(repeating: 0, count: 16)

    /// - Parameters:
    ///   - passingCodes: Codes of failures that may pass by themselves.
    ///   - run: The settings of now: what failed with others is no failure with these. Nil if they
    ///     are not known.
    package init(passingCodes: Set<String> = [], run: String? = nil) {
        (self.passingCodes, self.run) = (passingCodes, run)
    }

    /// Reads the manifests of all shards.
    ///
    /// - Parameter visit: Sees every line of a recording that failed.
    /// - Throws: ``StoreError`` if one cannot be read.
    package init(
        _ folder: PartFolder, passingCodes: Set<String> = [], run: String? = nil,
        visitFailed visit: (PartName, ManifestEntry) -> Void = { _, _ in }
    ) throws(StoreError) {
        self.init(passingCodes: passingCodes, run: run)
        for part in folder.parts {
            try folder.forEachLine(of: part) { line in
                guard line.code == nil else { return false }
                let outcome: Outcome = line.hasChannel ? .embeddedByChannel : .embedded
                add(SourceKey(line), attempt: line.attempt, outcome)
                return true
            } entry: { entry in
                add(entry)
                if entry.isFailed { visit(part, entry) }
            }
        }
    }

    package mutating func add(_ entry: ManifestEntry) {
        let outcome: Outcome =
            switch entry.outcome {
            case .embedded(let embedding):
                embedding.channel == nil ? .embedded : .embeddedByChannel
            case .failed(let code, _):
                if let run, run != entry.run {
                    .failedOtherwise
                } else {
                    passingCodes.contains(code) ? .failedInPassing : .failed
                }
            }
        add(SourceKey(entry.source), attempt: entry.attempt, outcome)
    }

    private mutating func add(_ key: SourceKey, attempt: Int, _ outcome: Outcome) {
        if latest.count * 10 >= slots.count * 7 { grow() }
        let known = Known(key: key, attempt: Int32(clamping: attempt), outcome: outcome)
        let slot = slot(of: key.id)
        guard slots[slot] > 0 else {
            latest.append(known)
            slots[slot] = UInt32(latest.count)
            return
        }
        let place = Int(slots[slot]) - 1
        if latest[place].attempt <= known.attempt { latest[place] = known }
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
        case .failed, .failedInPassing, .failedOtherwise, nil: false
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
