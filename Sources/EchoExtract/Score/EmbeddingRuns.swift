import EchoFormats
import EchoStore

/// With which settings rows were embedded: distances between rows of others mean nothing.
struct EmbeddingRuns: Sendable {
    /// One for each folder and each of its records.
    private var all: [Run] = []
    /// Folders, or settings of them, that no record tells.
    private(set) var unknown: [String] = []

    struct Run: Sendable {
        let place: String
        let record: RunRecord

        /// What it was embedded with, in words.
        var model: String {
            if case .string(let name) = record.information["model"] { name } else { "?" }
        }

        var weightsSHA256: String? {
            if case .string(let digest) = record.settings["weights_sha256"] { digest } else { nil }
        }
    }

    var first: Run? { all.first }

    mutating func add(_ index: ArchiveIndex, of folder: PartFolder) throws {
        let records = try RunRecords(folder.path)
        let digests = Set(index.runs.values.flatMap(\.keys))
        for digest in digests.sorted() {
            if let record = records.all[digest] {
                add(record, of: folder.path)
            } else {
                unknown.append(records.unknown(digest, in: folder.path))
            }
        }
    }

    mutating func add(_ record: RunRecord, of place: String) {
        all.append(Run(place: place, record: record))
    }

    /// Requires that all rows, of both sides, are comparable.
    ///
    /// - Throws: ``EchoError`` of kind `usage` with both places and the settings that differ.
    static func requireAgreement(_ sides: [EmbeddingRuns]) throws(EchoError) {
        let all = sides.flatMap(\.all)
        guard let first = all.first else { return }
        for other in all.dropFirst() {
            let differing = first.record.settingsApart(from: other.record)
            guard !differing.isEmpty else { continue }
            func text(_ run: Run) -> String {
                "\(run.place) (\(run.model)): "
                    + differing.map { "\($0) \(value($0, run)?.text ?? "not set")" }
                    .joined(separator: ", ")
            }
            throw EchoError(
                .usage,
                "these embeddings were made otherwise, and have no distance: \(text(first)); "
                    + "\(text(other)). Embed both with the same model and settings.")
        }
    }

    private static func value(_ name: String, _ run: Run) -> JSONValue? {
        run.record.compared[name]
    }
}
