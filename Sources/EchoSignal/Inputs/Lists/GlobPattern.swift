import Foundation

/// A pattern of paths that the shell did not expand: `*`, `?` and `[...]` within a name, and `**` for
/// any number of folders.
///
/// Hidden files and folders are not matched by a wildcard, and the order is that of bytes.
struct GlobPattern {
    /// What a pattern found: paths, each with its part below the pattern's fixed folders.
    private(set) var matches: [(path: String, name: String)] = []
    private(set) var problems: [InputError] = []
    /// Folders that `**` went through, each with how much of the pattern was left.
    private var visited: Set<Visit> = []

    private struct Visit: Hashable {
        let folder: FolderIdentity
        let remainingCount: Int
    }

    /// Whether the text has wildcards.
    static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

    init(_ pattern: String) {
        var parts = pattern.split(separator: "/").map(String.init)
        var base = pattern.hasPrefix("/") ? "/" : ""
        while parts.count > 1, let first = parts.first, !Self.isPattern(first) {
            base += parts.removeFirst() + "/"
        }
        // `**/**` is `**`.
        parts = parts.enumerated().filter { index, part in
            part != "**" || index == 0 || parts[index - 1] != "**"
        }.map(\.element)
        expand(parts[...], below: base, name: "")
    }

    /// Adds what `parts` match in the folder `base`, which is empty or ends in a slash.
    private mutating func expand(_ parts: ArraySlice<String>, below base: String, name: String) {
        guard let part = parts.first else { return }
        let rest = parts.dropFirst()
        if part == "**" {
            descend(rest, base, name)
            return
        }
        if !Self.isPattern(part) {
            let path = base + part
            if case .missing = FileStatus(path: path) { return }
            found(path, name + part, rest)
            return
        }
        for entry in entries(of: base) {
            guard let entryName = entry.name, fnmatch(part, entryName, FNM_PERIOD) == 0 else {
                continue
            }
            found(base + entryName, name + entryName, rest)
        }
    }

    private mutating func found(_ path: String, _ name: String, _ rest: ArraySlice<String>) {
        if rest.isEmpty {
            matches.append((path, name))
        } else if case .folder = FileStatus(path: path) {
            expand(rest, below: path + "/", name: name + "/")
        }
    }

    /// Matches `rest` in the folder and in every folder below; loops of links end.
    private mutating func descend(_ rest: ArraySlice<String>, _ base: String, _ name: String) {
        guard case .folder(let identity) = FileStatus(path: base.isEmpty ? "." : base),
            visited.insert(Visit(folder: identity, remainingCount: rest.count)).inserted
        else { return }
        guard !rest.isEmpty else {
            matches.append((base.isEmpty ? "." : base, String(name.dropLast())))
            return
        }
        expand(rest, below: base, name: name)
        for entry in entries(of: base) {
            guard case .folder = entry.status, let entryName = entry.name else { continue }
            descend(rest, base + entryName + "/", name + entryName + "/")
        }
    }

    private mutating func entries(of base: String) -> [FolderListing.Entry] {
        do throws(InputError) {
            return try FolderListing(path: base.isEmpty ? "." : base).entries
        } catch {
            if case .folder = FileStatus(path: base.isEmpty ? "." : base) { problems.append(error) }
            return []
        }
    }
}
