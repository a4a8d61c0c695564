import EchoFormats
import EchoSignal
import EchoStore
import FoundationEssentials

/// Where the recordings of a folder may lie now.
///
/// Manifests have paths as they were given to `extract`: absolute, or relative to the folder that it was run in, which
/// nobody wrote down. A recording is looked for, in this order,
///
/// 1. below the root that the caller names: the whole path, then without its first folder, without its first two, and
///    so on to the file's name alone;
/// 2. at the path as it is;
/// 3. where the path is relative, below the folder that holds the output folder, as it is where both were made
///    side by side.
///
/// The first file of the size that the manifest says is taken: other files may have the same name.
package struct RecordingPlaces: Hashable, Sendable {
    private let folder: String
    private let root: String?

    /// - Parameter root: A folder, or nil.
    package init(folder: String, root: String?) { (self.folder, self.root) = (folder, root) }

    /// Requires that a root that was named is there: recordings are looked for elsewhere too, so that a slip would
    /// not be seen.
    ///
    /// - Throws: ``EchoError`` of kind `input`.
    static func requireRoot(_ root: String?) throws(EchoError) {
        guard let root else { return }
        var isFolder = false
        guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder), isFolder else {
            throw EchoError(
                .input, "\(root): there is no such folder. Check what --recordings is given.")
        }
    }

    /// Where it is looked for, in that order.
    package func candidates(_ path: String) -> [String] {
        var candidates: [String] = []
        if let root {
            let parts = path.pathParts
            candidates += parts.indices.map {
                root.asFolderPrefix + parts[$0...].joined(separator: "/")
            }
        }
        candidates.append(path)
        if !path.isAbsolutePath, let parent = Self.parent(folder) {
            candidates.append(parent.asFolderPrefix + path)
        }
        return candidates
    }

    /// The first of them that has the size that the manifest says.
    ///
    /// - Parameter lookup: What lies at a path now.
    /// - Throws: ``EchoError`` of kind `input` if there is nothing, of kind `data` if there is something else.
    func find(
        _ source: RecordingSource, _ lookup: (String) -> Input?
    ) throws(EchoError) -> Input {
        var other: Input?
        let candidates = candidates(source.path)
        for candidate in candidates {
            guard let input = lookup(candidate) else { continue }
            if input.byteCount == source.byteCount { return input }
            other = other ?? input
        }
        if let other {
            throw EchoError(
                .data,
                """
                \(other.path) is no longer the recording that was embedded as \(quoted(source.id)): it has \
                \(other.byteCount) bytes, and had \(source.byteCount). \(Self.remedy)
                """)
        }
        let tried = candidates.count > 4 ? candidates.prefix(4) + ["..."] : candidates[...]
        throw EchoError(
            .input,
            """
            the recording \(quoted(source.id)) is not there: looked for at \
            \(tried.map { quoted($0) }.joined(separator: ", ")). \(Self.remedy)
            """)
    }

    private static let remedy =
        "Say with --recordings FOLDER below which folder the recordings lie now."

    /// The folder that holds a folder; nil if the path does not say.
    private static func parent(_ folder: String) -> String? {
        let parts = folder.pathParts.filter { $0 != "." }
        guard let last = parts.last, last != ".." else { return nil }
        let parent = parts.dropLast().joined(separator: "/")
        return folder.isAbsolutePath ? "/" + parent : parent.isEmpty ? nil : parent
    }
}
