import EchoFormats
import EchoStore
import FoundationEssentials
import Glibc

/// What `--bank` or `--test` names: output folders, or recordings that are to be embedded.
enum ScoreInputs: Sendable {
    case folders([PartFolder])
    case recordings([String])

    /// - Parameters:
    ///   - inputs: Paths and patterns; what exists as a path is that path.
    ///   - option: Its name, for messages.
    /// - Throws: ``EchoError`` if there is nothing of that name, or both kinds.
    init(_ inputs: [String], option: String) throws(EchoError) {
        var folders: [PartFolder] = []
        var recordings: [String] = []
        var firstFolder: String?
        for input in inputs {
            let found = Self.matches(input)
            guard !found.isEmpty else {
                throw EchoError(
                    .input, "\(option) \(input): there is no such file or folder. Check the path.")
            }
            var hasRecordings = false
            for path in found {
                if let folder = try Self.outputFolder(path) {
                    folders.append(folder)
                    firstFolder = firstFolder ?? path
                } else {
                    try Self.requireContent(path, option)
                    hasRecordings = true
                }
            }
            // As it was given: patterns of recordings are matched by the search for inputs.
            if hasRecordings { recordings.append(input) }
        }
        if let firstFolder, let recording = recordings.first {
            throw EchoError(
                .usage,
                "\(option) names both an output folder, \(firstFolder), and recordings, \(recording). "
                    + "Name one kind, or embed the recordings into a folder with 'echo-gpu extract'."
            )
        }
        self = recordings.isEmpty ? .folders(folders) : .recordings(recordings)
    }

    /// - Throws: ``EchoError`` for a folder with nothing in it, which is likely another than was meant.
    private static func requireContent(_ path: String, _ option: String) throws(EchoError) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path), names.isEmpty
        else { return }
        throw EchoError(.input, "\(option) \(path): the folder is empty. Check the path.")
    }

    private static func matches(_ input: String) -> [String] {
        if FileManager.default.fileExists(atPath: input) { return [input] }
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(input, 0, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { index in
            result.gl_pathv[index].map { String(cString: $0) }
        }
    }

    /// Nil if `extract` wrote nothing there.
    private static func outputFolder(_ path: String) throws(EchoError) -> PartFolder? {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else {
            return nil
        }
        do throws(StoreError) {
            let folder = try PartFolder(path: path)
            if !folder.parts.isEmpty { return folder }
            return try RunRecord.read(in: path) == nil ? nil : folder
        } catch {
            throw EchoError(error)
        }
    }
}
