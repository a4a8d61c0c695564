import EchoFormats
import Glibc

/// A pattern of paths that the shell did not expand: `*`, `?` and `[...]` within a name, and `**` for
/// any number of folders.
///
/// Hidden files and folders are not matched by a wildcard, nor are our output folders; the order is that
/// of bytes. Nothing recurses, however deep the folders are.
struct GlobPattern {
    /// What a pattern found: paths, each with its part below the pattern's fixed folders.
    private(set) var matches: [(path: String, name: String)] = []
    private(set) var problems: [InputError] = []
    private(set) var skipped = SkippedFiles()
    /// Folders that `**` went through, each with how much of the pattern was left.
    private var visited: Set<Visit> = []
    /// Output folders that were left out: `**/*` comes upon each twice.
    private var leftOut: Set<FolderIdentity> = []
    /// What is still to be looked at, the next last.
    private var tasks: [Task] = []
    private let outputs: OwnOutputs

    private struct Visit: Hashable {
        let folder: FolderIdentity
        let remainingCount: Int
    }

    /// A folder, `base`, which is empty or ends in a slash, and what of the pattern is to be matched in it;
    /// `name` is the folder's part of the names of matches. It may not be there if it has no identity.
    private struct Task {
        let parts: ArraySlice<String>
        let base: String
        let name: String
        let identity: FolderIdentity?

        var folder: String { base.isEmpty ? "." : base }
    }

    /// Whether the text has wildcards.
    static func isPattern(_ text: String) -> Bool { text.utf8.contains { "*?[".utf8.contains($0) } }

    init(_ pattern: String, _ outputs: OwnOutputs = OwnOutputs(output: nil)) {
        self.outputs = outputs
        var parts = pattern.pathParts
        var base = pattern.isAbsolutePath ? "/" : ""
        while parts.count > 1, let first = parts.first, !Self.isPattern(first) {
            base += parts.removeFirst() + "/"
        }
        // `**/**` is `**`.
        parts = parts.enumerated().filter { index, part in
            part != "**" || index == 0 || parts[index - 1] != "**"
        }.map(\.element)
        tasks = [Task(parts: parts[...], base: base, name: "", identity: nil)]
        while let task = tasks.popLast() { run(task) }
    }

    /// Matches the first part of the pattern in a folder.
    private mutating func run(_ task: Task) {
        guard let part = task.parts.first else { return }
        if part == "**" { return descend(task) }
        if Self.isPattern(part) { return match(part, task) }
        let status = FileStatus(path: task.base + part)
        if case .missing = status { return }
        if let inside = found(part, status, task) { tasks.append(inside) }
    }

    private mutating func match(_ part: String, _ task: Task) {
        var inside: [Task] = []
        for entry in entries(of: task) ?? [] {
            let bytes = entry.bytes.map { CChar(bitPattern: $0) } + [0]
            guard fnmatch(part, bytes, FNM_PERIOD) == 0 else { continue }
            guard let name = entry.name else {
                problems.append(
                    InputError(.nameNotUnicode(path: task.base + entry.readableName)))
                continue
            }
            guard !isOutputFolder(entry, task.base + name) else { continue }
            if let next = found(name, entry.status, task) { inside.append(next) }
        }
        tasks += inside.reversed()
    }

    /// Takes what the first part of the pattern matched.
    ///
    /// - Returns: Where there are more parts, what is to be done in it.
    private mutating func found(_ name: String, _ status: FileStatus, _ task: Task) -> Task? {
        let rest = task.parts.dropFirst()
        let path = task.base + name
        guard !rest.isEmpty else {
            matches.append((path, task.name + name))
            return nil
        }
        guard case .folder(let identity) = status else { return nil }
        return Task(
            parts: rest, base: path + "/", name: task.name + name + "/", identity: identity)
    }

    /// Matches what follows `**` in the folder and in every folder below; loops of links end.
    private mutating func descend(_ task: Task) {
        let rest = task.parts.dropFirst()
        guard let identity = task.identity ?? FileStatus(path: task.folder).folder,
            visited.insert(Visit(folder: identity, remainingCount: rest.count)).inserted
        else { return }
        guard !rest.isEmpty else {
            matches.append((task.folder, task.name.droppingLastBytes(task.name.isEmpty ? 0 : 1)))
            return
        }
        guard let entries = entries(of: task) else { return }
        var below: [Task] = []
        for entry in entries {
            guard let identity = entry.status.folder else { continue }
            let path = task.base + entry.readableName
            guard let name = entry.name else {
                problems.append(InputError(.nameNotUnicode(path: path)))
                continue
            }
            guard !isOutputFolder(entry, path) else { continue }
            below.append(
                Task(
                    parts: task.parts, base: path + "/", name: task.name + name + "/",
                    identity: identity))
        }
        tasks += below.reversed()
        tasks.append(
            Task(parts: rest, base: task.base, name: task.name, identity: identity))
    }

    /// Whether an entry is an output folder, which is left out and counted.
    private mutating func isOutputFolder(_ entry: FolderListing.Entry, _ path: String) -> Bool {
        guard let identity = entry.status.folder, outputs.isOutputFolder(path, identity) else {
            return false
        }
        if leftOut.insert(identity).inserted { skipped.addOwnFolder(path) }
        return true
    }

    /// Nil if the folder cannot be listed, or is none.
    private mutating func entries(of task: Task) -> [FolderListing.Entry]? {
        do throws(InputError) {
            return try FolderListing(path: task.folder).entries
        } catch {
            let isFolder = task.identity != nil || FileStatus(path: task.folder).folder != nil
            if isFolder { problems.append(error) }
            return nil
        }
    }
}
