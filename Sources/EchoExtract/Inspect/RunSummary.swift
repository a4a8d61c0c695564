import EchoFormats
import EchoStore

/// What was embedded with one model and one set of settings: a row of an inspection.
package struct RunSummary: Sendable, Codable {
    /// What lines of manifests say.
    struct Counts {
        var (embedded, failed, replaced) = (0, 0, 0)
    }

    /// ``RunRecord/digest`` of the settings.
    package let run: String
    /// Nil if the folder has no record of it.
    package let model: String?
    package let weightsSHA256: String?
    /// Recordings that are embedded, and that failed, with these settings.
    package let embedded: Int
    package let failed: Int
    /// Embeddings that a later try has replaced.
    package let replaced: Int
    /// The settings in which it differs from those of `run.json`.
    package let differences: [String]

    init(run: String, _ counts: Counts, _ records: RunRecords) {
        self.run = run
        (embedded, failed, replaced) = (counts.embedded, counts.failed, counts.replaced)
        let record = records.all[run]
        model = Self.texts(record?.information)["model"]
        weightsSHA256 = Self.texts(record)["weights_sha256"]
        differences =
            if let record, let current = records.current {
                record.settingsUnlike(current)
            } else {
                []
            }
    }

    /// Settings as texts: strings as they are, all else as JSON.
    static func texts(_ record: RunRecord?) -> [String: String] {
        texts(record?.settings).merging(texts(record?.information)) { first, _ in first }
    }

    private static func texts(_ object: JSONObject?) -> [String: String] {
        var texts: [String: String] = [:]
        for member in object?.members ?? [] {
            texts[member.key] =
                if case .string(let text) = member.value { text } else { member.value.text }
        }
        return texts
    }
}

/// The records of a folder: `run.json`, and what it was before settings were forced.
struct RunRecords {
    let current: RunRecord?
    /// By their digests.
    private(set) var all: [String: RunRecord] = [:]

    init(_ folder: String) throws {
        current = try RunRecord.read(in: folder)
        if let current { all[current.digest] = current }
        for name in try FolderNames.list(folder, prefixes: ["run-"])
        where name.wholeMatch(of: #/run-[0-9a-f]{12}\.json/#) != nil {
            if let record = try RunRecord.read(name, in: folder) { all[record.digest] = record }
        }
    }
}
