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
        /// where it is worth another try without being asked for.
        case failed(attempt: Int, passing: Bool)
        /// There is no embedding of its id; `attempt` is 0 where it was never tried.
        case missing(attempt: Int)
        /// The folder holds an embedding of what it was before it changed, or cannot be looked at now.
        case changed(attempt: Int)
        /// The folder holds an embedding of its id from another path, with other content.
        case foreign(attempt: Int)
    }

    private struct Known {
        let stamp: Stamp
        /// Hashes, of this process alone.
        let overrides, path: Int
        let attempt: Int
        let outcome: Outcome
    }

    private enum Outcome: UInt8 {
        case embedded, embeddedByChannel, failed, failedInPassing, failedOtherwise
    }

    private struct Stamp: Hashable {
        let byteCount: Int
        let modified: Int?
    }

    /// Half of a SHA-256.
    private struct Digest: Hashable {
        let high, low: UInt64
    }

    private let passingCodes: Set<String>
    private let run: String?
    private var latest: [Digest: Known] = [:]

    /// - Parameters:
    ///   - passingCodes: Codes of failures that may pass by themselves.
    ///   - run: The settings of now: what failed with others is no failure with these. Nil where they
    ///     are not known.
    package init(passingCodes: Set<String> = [], run: String? = nil) {
        (self.passingCodes, self.run) = (passingCodes, run)
    }

    /// Reads the manifests of all shards; `visit` sees every line.
    ///
    /// - Throws: ``StoreError`` where one cannot be read.
    package init(
        _ folder: PartFolder, passingCodes: Set<String> = [], run: String? = nil,
        visit: (PartName, ManifestEntry) -> Void = { _, _ in }
    ) throws(StoreError) {
        self.init(passingCodes: passingCodes, run: run)
        for part in folder.parts {
            for entry in try folder.entries(of: part) {
                add(entry)
                visit(part, entry)
            }
        }
    }

    package mutating func add(_ entry: ManifestEntry) {
        let id = Self.digest(entry.source.id)
        if let known = latest[id], known.attempt > entry.attempt { return }
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
        latest[id] = Known(
            stamp: Self.stamp(of: entry.source), overrides: Self.overrides(of: entry.source),
            path: entry.source.path.hashValue, attempt: entry.attempt, outcome: outcome)
    }

    package func state(of source: RecordingSource) -> State {
        guard let known = latest[Self.digest(source.id)] else { return .missing(attempt: 0) }
        let hasContent = known.stamp == Self.stamp(of: source)
        let isSame = hasContent && known.overrides == Self.overrides(of: source)
        switch known.outcome {
        case .failedOtherwise: return .missing(attempt: known.attempt)
        case .failed, .failedInPassing:
            guard isSame else { return .missing(attempt: known.attempt) }
            return .failed(attempt: known.attempt, passing: known.outcome == .failedInPassing)
        case .embedded, .embeddedByChannel:
            if isSame { return .embedded(attempt: known.attempt) }
            let isInPlace = known.path == source.path.hashValue
            return hasContent || isInPlace || source.isUnknown
                ? .changed(attempt: known.attempt) : .foreign(attempt: known.attempt)
        }
    }

    /// True where no later line for its id is known.
    package func isLatest(_ entry: ManifestEntry) -> Bool {
        latest[Self.digest(entry.source.id)].map { $0.attempt <= entry.attempt } ?? true
    }

    /// True where there is an embedding of this id; `byChannel`, one of each channel.
    package func isEmbedded(_ id: String, byChannel: Bool? = nil) -> Bool {
        switch latest[Self.digest(id)]?.outcome {
        case .embedded: byChannel != true
        case .embeddedByChannel: byChannel != false
        case .failed, .failedInPassing, .failedOtherwise, nil: false
        }
    }

    private static func stamp(of source: RecordingSource) -> Stamp {
        Stamp(byteCount: source.byteCount, modified: source.modified)
    }

    private static func overrides(of source: RecordingSource) -> Int {
        source.overrides.isEmpty ? 0 : source.overrides.text.hashValue
    }

    private static func digest(_ id: String) -> Digest {
        SHA256.hash(id.utf8).withUnsafeBytes { bytes in
            Digest(
                high: bytes.loadUnaligned(as: UInt64.self),
                low: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }
}
