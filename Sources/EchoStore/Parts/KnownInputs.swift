import Crypto
import EchoFormats
import Foundation

/// What the manifests of a folder hold already, by id: a few dozen bytes for each, however many
/// there are.
package struct KnownInputs: Sendable {
    /// What is to be done about an input.
    package enum State: Hashable, Sendable {
        /// Nothing: it is in the folder as it is now.
        case embedded
        /// It failed as it is now, the last time that it was tried.
        case failed(attempt: Int)
        /// It is not in the folder, or it has changed; `attempt` is 0 where it was never tried.
        case missing(attempt: Int)
    }

    private struct Known {
        let source: Digest
        let attempt: Int
        let isFailed: Bool
    }

    /// Half of a SHA-256.
    private struct Digest: Hashable {
        let high, low: UInt64
    }

    private var latest: [Digest: Known] = [:]

    package init() {}

    /// Reads the manifests of all shards; `visit` sees every line.
    ///
    /// - Throws: ``StoreError`` where one cannot be read.
    package init(
        _ folder: PartFolder, visit: (PartName, ManifestEntry) -> Void = { _, _ in }
    ) throws(StoreError) {
        for part in folder.parts {
            for entry in try folder.entries(of: part) {
                add(entry)
                visit(part, entry)
            }
        }
    }

    package mutating func add(_ entry: ManifestEntry) {
        let id = Self.digest([entry.source.id])
        if let known = latest[id], known.attempt > entry.attempt { return }
        latest[id] = Known(
            source: Self.digest(of: entry.source), attempt: entry.attempt, isFailed: entry.isFailed)
    }

    package func state(of source: RecordingSource) -> State {
        guard let known = latest[Self.digest([source.id])] else { return .missing(attempt: 0) }
        guard known.source == Self.digest(of: source) else {
            return .missing(attempt: known.attempt)
        }
        return known.isFailed ? .failed(attempt: known.attempt) : .embedded
    }

    /// True where no later line for its id is known.
    package func isLatest(_ entry: ManifestEntry) -> Bool {
        latest[Self.digest([entry.source.id])].map { $0.attempt <= entry.attempt } ?? true
    }

    private static func digest(of source: RecordingSource) -> Digest {
        let modified = source.modified.map(String.init) ?? ""
        return digest([
            source.id, source.path, String(source.byteCount), modified, source.overrides.text,
        ])
    }

    private static func digest(_ texts: [String]) -> Digest {
        var hash = SHA256()
        for text in texts {
            // A zero byte ends each: no path has one.
            hash.update(data: Data((text + "\0").utf8))
        }
        return hash.finalize().withUnsafeBytes { bytes in
            Digest(
                high: bytes.loadUnaligned(as: UInt64.self),
                low: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }
}
