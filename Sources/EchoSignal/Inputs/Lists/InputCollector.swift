/// Gathers the inputs of a run from wherever they are named.
struct InputCollector {
    private(set) var inputs: [Input] = []
    private(set) var problems: [InputError] = []
    private(set) var skippedCount = 0
    /// For inputs of a list the line that named each, from 1; 0 for others.
    private var lines: [Int32] = []
    private let options: ReadingOptions

    init(_ options: ReadingOptions) { self.options = options }

    /// Takes an argument: what is there under that name, else what it matches as a pattern.
    ///
    /// - Throws: ``InputError`` where there is neither.
    mutating func take(argument: String) throws(InputError) {
        let status = FileStatus(path: argument)
        guard case .missing(let text) = status else {
            let name = argument.split(separator: "/").last.map(String.init) ?? argument
            take(argument, name: name, status, folderPrefix: "")
            return note(0)
        }
        guard GlobPattern.isPattern(argument) else {
            throw InputError(.missing(path: argument, text))
        }
        let pattern = GlobPattern(argument)
        problems += pattern.problems
        guard !pattern.matches.isEmpty else {
            throw problems.last ?? InputError(.noMatch(pattern: argument))
        }
        for match in pattern.matches {
            let prefix = match.name.isEmpty ? "" : match.name + "/"
            take(
                match.path, name: match.name, FileStatus(path: match.path), folderPrefix: prefix)
        }
        note(0)
    }

    /// Takes a path of a list; one that is not there fails when it is read.
    mutating func take(listed path: String, line: Int) {
        let name = ListedName.name(path)
        take(path, name: name, FileStatus(path: path), folderPrefix: name + "/")
        note(line)
    }

    /// Takes a row of a manifest.
    mutating func take(_ row: ManifestRow, path: String, in folder: String, line: Int) {
        let place = path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
        let name = row.id ?? ListedName.name(path)
        let status = FileStatus(path: place)
        if case .file(let facts) = status, ArchiveListing.isArchive(place) {
            addMembers(place, prefix: name, facts, row)
        } else {
            var known = (byteCount: 0, modified: Int64(0))
            if case .file(let facts) = status { known = (facts.byteCount, facts.modified) }
            inputs.append(
                Input(
                    path: place, name: name, byteCount: known.byteCount, modified: known.modified,
                    fields: row.fields, overrides: row.overrides))
        }
        note(line)
    }

    /// - Throws: ``InputError`` where two inputs would write the same files, with both places.
    func requireDistinctNames(_ list: String?) throws(InputError) {
        var known: [NameBytes: Int32] = [:]
        known.reserveCapacity(inputs.count)
        for (index, input) in inputs.enumerated() {
            if let first = known.updateValue(Int32(index), forKey: NameBytes(text: input.name)) {
                throw InputError(
                    .sameName(
                        input.name, first: place(Int(first), list), second: place(index, list)))
            }
        }
    }

    /// Remembers the line that the inputs since the last call were named on.
    private mutating func note(_ line: Int) {
        lines += Array(repeating: Int32(clamping: line), count: inputs.count - lines.count)
    }

    private func place(_ index: Int, _ list: String?) -> String {
        guard lines[index] > 0, let list else { return inputs[index].path }
        let line = lines[index]
        return "\(inputs[index].path) (\(list == "-" ? "standard input" : list), line \(line))"
    }

    private mutating func take(
        _ path: String, name: String, _ status: FileStatus, folderPrefix: String
    ) {
        switch status {
        case .folder(let identity):
            let walk = FolderWalk(
                folder: path, identity: identity, prefix: folderPrefix, options)
            inputs += walk.inputs
            problems += walk.problems
            skippedCount += walk.skippedCount
        case .file(let facts) where ArchiveListing.isArchive(path):
            addMembers(path, prefix: name, facts, nil)
        case .file(let facts):
            inputs.append(Input(path: path, name: name, facts))
        case .other, .missing:
            inputs.append(Input(path: path, name: name))
        }
    }

    private mutating func addMembers(
        _ path: String, prefix: String, _ facts: FileFacts, _ row: ManifestRow?
    ) {
        let listing = ArchiveListing(path: path, prefix: prefix, facts, options)
        problems += listing.problems
        skippedCount += listing.skippedCount
        guard let row else {
            inputs += listing.inputs
            return
        }
        inputs += listing.inputs.map { $0.adding(row.fields, row.overrides) }
    }
}

/// A name that equals another where its bytes do: strings of other bytes can be equal where file names
/// are not.
private struct NameBytes: Hashable {
    let text: String

    static func == (first: NameBytes, second: NameBytes) -> Bool {
        first.text.utf8.elementsEqual(second.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
