import EchoFormats
import EchoSignal
import EchoStore
import FoundationEssentials

/// A folder that is not ours: what is in it, and what may have been meant.
enum ForeignFolder {
    /// Endings that are named.
    private static let namedLimit = 5

    /// What to say of a folder without `run.json`, embeddings and a model.
    static func error(_ path: String) -> EchoError {
        let problem = "\(path): no output folder of echo-gpu: "
        do throws(InputError) {
            let discovery = try InputDiscovery(arguments: [path])
            let found = counted(discovery.inputs.lazy.map(\.path))
            let skipped = discovery.skipped
            let others = skipped.count > 0 ? ", \(skipped.count.counted("other file"))" : ""
            let own = skipped.ownFolders.first.map {
                " Its folder \($0) is one: inspect that."
            }
            return EchoError(
                .data,
                """
                \(problem)it has \(found)\(others) and no run.json.\(own ?? "") To embed the recordings: \
                echo-gpu extract --model MODEL --output embeddings \(shellWord(path))
                """)
        } catch {
            guard case .noRecordings(_, let skipped) = error.cause else {
                return EchoError(.data, "\(problem)\(error)")
            }
            return EchoError(.data, problem + emptiness(path, skipped))
        }
    }

    /// Requires a folder that a run wrote: with `run.json`, or a manifest.
    ///
    /// - Throws: ``EchoError`` of kind `input` if there is none, `data` if it is not one of ours.
    static func requireOutput(_ path: String) throws(EchoError) {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw EchoError(.input, "\(path): there is no such folder. Check the path.")
        }
        guard isFolder else {
            throw EchoError(
                .data,
                "\(path) is a file. Name the folder that 'echo-gpu extract --output' was given.")
        }
        guard !FileManager.default.fileExists(atPath: path + "/run.json") else { return }
        let parts = try EchoError.translating { try PartFolder(path: path).parts }
        guard parts.isEmpty else { return }
        // A folder of embeddings without manifests, of release 0.1.0, has a remedy of its own.
        let hasEmbeddings = FolderTree.paths(below: path).contains { name in
            EmbeddingFiles.Level.allCases.contains { name.endsInBytes(of: $0.ending) }
        }
        guard hasEmbeddings else { throw error(path) }
    }

    private static func emptiness(_ path: String, _ skipped: SkippedFiles) -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        if names.isEmpty {
            return "it is empty. Name the folder that 'echo-gpu extract --output' was given."
        }
        if let own = skipped.ownFolders.first {
            return "it has neither run.json nor recordings. Its folder \(own) is one: inspect that."
        }
        let others = skipped.sentences.map { " " + $0 }.joined()
        return "it has neither run.json nor recordings.\(others) Name the folder that 'echo-gpu "
            + "extract --output' was given."
    }

    /// `12 .wav and 3 .flac files`.
    private static func counted(_ paths: some Sequence<String>) -> String {
        var counts: [String: Int] = [:]
        for path in paths { counts[path.ending.map { "." + $0 } ?? "other", default: 0] += 1 }
        let kinds = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var texts = kinds.prefix(namedLimit).map { "\($0.value) \($0.key)" }
        if kinds.count > texts.count {
            texts.append("\(kinds.dropFirst(namedLimit).reduce(0) { $0 + $1.value }) more")
        }
        let last = texts.removeLast()
        let list = texts.isEmpty ? last : texts.joined(separator: ", ") + " and " + last
        return list + (counts.values.reduce(0, +) == 1 ? " file" : " files")
    }

    /// A path as a shell takes it.
    private static func shellWord(_ path: String) -> String {
        let plain = path.utf8.allSatisfy { byte in
            switch UInt8(byte) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-+=:,@".utf8.contains(byte)
            }
        }
        return plain && !path.isEmpty
            ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }
}
