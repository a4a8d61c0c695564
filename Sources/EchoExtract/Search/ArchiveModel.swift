import EchoFormats
import EchoStore

/// Which model and settings the rows of a folder were made with: distances mean something between rows of one
/// model alone.
struct ArchiveModel {
    private let folder: String
    private let current: RunRecord
    /// By the digest that lines of manifests have; true if the weights are those of `run.json`.
    private let isSame: [String: Bool]

    /// Settings that decide what an embedding is, besides how its recording was read.
    static let deciding = ["weights_sha256", "heads", "results"]

    /// - Throws: ``EchoError`` if the folder has no `run.json`.
    init(_ folder: String) throws(EchoError) {
        self.folder = folder
        let records = try EchoError.translating { try RunRecords(folder) }
        guard let current = records.current else {
            throw EchoError(
                .data,
                """
                \(folder) has no run.json, which says what its embeddings were made with. Give an output \
                folder of 'echo-gpu extract'; of one that release 0.1.0 wrote as files, run extract again.
                """)
        }
        self.current = current
        isSame = records.all.mapValues { Self.differences($0, current).isEmpty }
    }

    /// False for lines that were made with other weights than those of `run.json`. Of a run that there is no
    /// record of nobody knows.
    func isSame(_ entry: ManifestEntry) -> Bool { isSame[entry.run] ?? true }

    /// The model's name, and whether it was trained.
    var name: String { Self.text(current.information["model"]) }
    var isTrained: Bool { current.information["trained"] != .bool(false) }

    /// Precision is compared too: what is stored as half differs in its third digit.
    ///
    /// - Throws: ``EchoError`` of kind `usage` if recordings embedded by `echo` are no neighbours of the
    ///   folder's, with what differs named.
    func require(_ echo: Echo, _ settings: FolderSettings) throws(EchoError) {
        var options = Extraction.Options(level: .utterance, batchSize: 1, output: folder)
        options.storage.layout = settings.layout
        let differences = Self.differences(
            RunRecord(options, echo), current, Self.deciding + ["precision"])
        guard differences.isEmpty else {
            throw EchoError(
                .usage,
                """
                the recordings in \(folder) were embedded with other settings: \
                \(differences.joined(separator: "; ")). Give the model that the folder was made with \
                (\(name)), or search in a folder that was made with \(echo.modelName).
                """)
        }
    }

    private static func differences(
        _ now: RunRecord, _ folder: RunRecord, _ keys: [String] = deciding
    ) -> [String] {
        keys.compactMap { key in
            let (ours, theirs) = (now.compared[key], folder.compared[key])
            guard ours != theirs else { return nil }
            return "\(key) is \(text(theirs)) in the folder, and \(text(ours)) now"
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value else { return "not set" }
        return if case .string(let text) = value { text } else { value.text }
    }
}
