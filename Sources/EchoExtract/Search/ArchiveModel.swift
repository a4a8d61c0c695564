import EchoFormats
import EchoSignal
import EchoStore

/// Which model and settings the rows of a folder were made with: distances mean something between rows of one
/// model alone.
struct ArchiveModel {
    private let folder: String
    private let current: RunRecord
    private let records: RunRecords
    /// By the digest that lines of manifests have: the settings for which rows are no neighbours of those of
    /// `run.json`.
    private let settingsApart: [String: [String]]

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
        (self.records, self.current) = (records, current)
        settingsApart = records.all.mapValues { $0.settingsApart(from: current) }
    }

    /// The settings for which a line's rows are no neighbours of those of `run.json`; none if they are. Of a
    /// run that there is no record of nobody knows: ``unknown(_:)``.
    func settingsApart(_ entry: ManifestEntry) -> [String] { settingsApart[entry.run] ?? [] }

    /// What to say of rows of runs that there is no record of, a sentence each.
    func unknown(_ runs: some Sequence<String>) -> [String] {
        Set(runs).filter { records.all[$0] == nil }.sorted()
            .map { records.unknown($0, in: folder) + "." }
    }

    /// The model's name, and whether it was trained.
    var name: String { Self.text(current.information["model"]) }
    var isTrained: Bool { current.information["trained"] != .bool(false) }

    /// - Throws: ``EchoError`` of kind `usage` if recordings embedded by `echo`, read as the folder's are, are
    ///   no neighbours of the folder's, with what differs named.
    func require(_ echo: Echo, _ settings: FolderSettings) throws(EchoError) {
        var options = Extraction.Options(level: .utterance, batchSize: 1, output: folder)
        options.storage.layout = settings.layout
        options.reading = try settings.reading(ReadingOptions(), hasChannels: false)
        let now = RunRecord(options, echo)
        let apart = now.settingsApart(from: current)
        guard apart.isEmpty else {
            let differences = apart.map { name in
                let (ours, theirs) = (now.compared[name], current.compared[name])
                return "\(name) is \(Self.text(theirs)) in the folder, and \(Self.text(ours)) now"
            }
            throw EchoError(
                .usage,
                """
                the recordings in \(folder) were embedded with other settings: \
                \(differences.joined(separator: "; ")). Give the model that the folder was made with \
                (\(name)), or search in a folder that was made with \(echo.modelName).
                """)
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value else { return "not set" }
        return if case .string(let text) = value { text } else { value.text }
    }
}
