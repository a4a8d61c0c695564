import EchoFormats
import FoundationEssentials
import Glibc

/// Tells what echo-gpu wrote from what it is to read: an output is never an input, or each run over a
/// folder with its own output in it would embed more than the one before.
///
/// A folder is an output folder where it is the run's own, whatever path leads there, or if it has
/// our `run.json`, known by its content. A search of the folders above leaves it out whole. Where it is
/// named as an input itself, or a file in it is, what bears a name that we give is left out, and
/// recordings are taken.
struct OwnOutputs {
    /// The run's own output folder; nil if it is not there yet.
    private let output: FolderIdentity?
    /// Files that the run writes elsewhere.
    private let files: [String]
    /// The folder that was asked about last: lists name many files of one folder.
    private var last: (folder: String, isOwn: Bool)?

    static let recordName = "run.json"
    /// Bytes of a `run.json`, or of a `metrics.json`.
    private static let recordLimit = 1 << 24

    /// - Parameters:
    ///   - output: The run's output folder; nil if it has none.
    ///   - files: Files that it writes elsewhere.
    init(output: String?, files: [String] = []) {
        self.output = output.flatMap { FileStatus(path: $0).folder }
        self.files = files
    }

    /// Whether a file, wherever it lies, is one that the run writes, or a table of `score`.
    func isOwnFile(_ path: String) -> Bool {
        let name = path.fileName
        if files.contains(where: {
            $0.fileName.hasSameBytes(as: name) && FileStatus.isSameFile($0, path)
        }) {
            return true
        }
        guard OwnName.isScoreTable(name) else { return false }
        let metrics = Self.object((path.parentPath ?? ".").asFolderPrefix + "metrics.json")
        guard case .object(let settings)? = metrics?["settings"] else { return false }
        return settings["command"] == .string("score")
    }

    /// Whether embeddings are written into this folder, or were.
    func isOutputFolder(_ path: String, _ identity: FolderIdentity) -> Bool {
        identity == output || Self.hasRecord(path)
    }

    /// Whether the file lies in or below an output folder, under a name that we give.
    mutating func isOutput(_ path: String) -> Bool {
        if isOwnFile(path) { return true }
        guard OwnName.isOutput(path.fileName) else { return false }
        let folder = path.parentPath ?? "."
        if let last, last.folder.hasSameBytes(as: folder) { return last.isOwn }
        let isOwn = isBelowOutput(folder)
        last = (folder, isOwn)
        return isOwn
    }

    private func isBelowOutput(_ folder: String) -> Bool {
        guard let real = realpath(folder, nil) else { return false }
        defer { free(real) }
        var path: String? = String(cString: real)
        while let folder = path {
            if let identity = FileStatus(path: folder).folder, isOutputFolder(folder, identity) {
                return true
            }
            path = folder == "/" ? nil : folder.parentPath
        }
        return false
    }

    private static func hasRecord(_ folder: String) -> Bool {
        object(folder.asFolderPrefix + recordName).map(isRecord) ?? false
    }

    /// The JSON object in a file; nil if there is none.
    private static func object(_ path: String) -> JSONObject? {
        guard case .file(let facts) = FileStatus(path: path), facts.byteCount <= recordLimit,
            let bytes = FileManager.default.contents(atPath: path)
        else { return nil }
        var scanner = JSONScanner(Array(bytes))
        return try? scanner.object()
    }

    /// Whether a JSON object is what we write as `run.json`.
    static func isRecord(_ object: JSONObject) -> Bool {
        guard case .object(let settings)? = object["settings"], object["information"] != nil else {
            return false
        }
        return settings["weights_sha256"] != nil && settings["level"] != nil
    }
}

/// Names that echo-gpu gives to files in output folders.
enum OwnName {
    /// Whether an output may be called so. Not proof of one: people call files `x.segment.npy` too.
    static func isOutput(_ name: String) -> Bool {
        // Nearly all names end here.
        guard [".npy", ".safetensors", ".jsonl", ".json"].contains(where: name.endsInBytes)
        else { return false }
        let endings = [".utterance.npy", ".segment.npy", ".spectrogram.npy"]
        if endings.contains(where: name.endsInBytes) { return true }
        return name.wholeMatch(of: #/(utterance|segment)-[0-9]+-.*\.(npy|safetensors)/#) != nil
            || name.wholeMatch(of: #/(manifest-.*|errors.*)\.jsonl/#) != nil
            || name.wholeMatch(of: #/run(-[0-9a-f]+)?\.json|compacted\.json/#) != nil
    }

    /// Whether `score` may have written it, beside its `metrics.json`.
    static func isScoreTable(_ name: String) -> Bool {
        name == "scores.csv" || name == "classes.csv"
    }

    /// Whether it is called as our temporary files and locks are.
    static func isTemporary(_ name: String) -> Bool {
        name.wholeMatch(of: #/\..+\.tmp(-[0-9]+-[0-9]+)?|\.lock(-[0-9]+of[0-9]+)?/#) != nil
    }
}
