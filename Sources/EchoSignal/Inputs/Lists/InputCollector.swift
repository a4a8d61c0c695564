import EchoFormats

/// Gathers the inputs of a run from wherever they are named.
struct InputCollector {
    private(set) var inputs = InputList()
    private(set) var problems: [InputError] = []
    /// Which argument, or row of a list, each of them comes from, from 0.
    private(set) var origins: [Int32] = []
    private(set) var problemOrigins: [Int32] = []
    private(set) var skipped = SkippedFiles()
    private(set) var warnings = ColumnWarnings()
    /// For inputs of a list the line that named each, from 1; 0 for others.
    private var lines: [Int32] = []
    private let options: ReadingOptions
    private var outputs: OwnOutputs
    /// Archives whose members rows name, by what rows say of how they are read.
    private var archives: [InputOverrides: InputLookup] = [:]

    init(_ options: ReadingOptions, _ outputs: OwnOutputs) {
        (self.options, self.outputs) = (options, outputs)
    }

    /// Takes an argument: what is there under that name, else what it matches as a pattern.
    ///
    /// - Throws: ``InputError`` if there is neither.
    mutating func take(argument: String, number: Int) throws(InputError) {
        defer { note(0, origin: number) }
        let status = FileStatus(path: argument)
        guard case .missing(let text) = status else {
            let name = argument.pathParts.last ?? argument
            return take(argument, name: name, status, folderPrefix: "", options)
        }
        if argument.unicodeScalars.contains("\u{FFFD}") {
            // What the shell put there was no UTF-8, and the name cannot be had back.
            return problems.append(InputError(.nameNotUnicode(path: argument)))
        }
        if let remedy = RemoteAddress.refusal(of: argument) {
            throw InputError(.address(argument, remedy: remedy))
        }
        guard GlobPattern.isPattern(argument) else {
            throw InputError(.missing(path: argument, text))
        }
        let pattern = GlobPattern(argument, outputs)
        skipped.add(pattern.skipped)
        // Where all that it matches is left out, there is no more to say than that.
        if pattern.matches.isEmpty, pattern.skipped == SkippedFiles() {
            problems += pattern.problems.dropLast()
            throw pattern.problems.last ?? InputError(.noMatch(pattern: argument))
        }
        problems += pattern.problems
        for match in pattern.matches {
            take(
                match.path, name: match.name, FileStatus(path: match.path),
                folderPrefix: match.name.asFolderPrefix, options)
        }
    }

    /// Takes a path of a list; one that is not there fails when it is read.
    mutating func take(listed path: String, line: Int, number: Int) {
        defer { note(line, origin: number) }
        let name = ListedName.name(path)
        take(path, name: name, FileStatus(path: path), folderPrefix: name + "/", options)
    }

    /// Takes a row of a manifest.
    mutating func take(
        _ row: ManifestRow, path: String, in folder: String, line: Int, of list: String,
        number: Int
    ) {
        defer { note(line, origin: number) }
        for member in row.fields.members { warnings.add(member.key, place: list) }
        if let channel = row.chosenChannel {
            warnings.addChosenChannel(channel, place: list)
        }
        let place = path.isAbsolutePath ? path : folder.asFolderPrefix + path
        let name = row.id ?? ListedName.name(path)
        let status = FileStatus(path: place)
        if case .file(let facts) = status, ArchiveListing.isArchive(place) {
            let listing = ArchiveListing(
                path: place, prefix: name, facts, row.overrides.applied(to: options))
            take(listing, row)
        } else if case .missing = status, let member = member(row, at: place) {
            let known = member.adding(row.fields, row.overrides)
            inputs.append(
                Input(
                    path: place, name: name, byteCount: known.byteCount, modified: known.modified,
                    fields: known.fields, source: known.source, overrides: known.overrides))
        } else if !outputs.isOutput(place) {
            var known = (byteCount: 0, modified: Int64(0))
            if case .file(let facts) = status { known = (facts.byteCount, facts.modified) }
            inputs.append(
                Input(
                    path: place, name: name, byteCount: known.byteCount, modified: known.modified,
                    fields: row.fields, overrides: row.overrides))
        } else {
            skipped.addOwnFile()
        }
    }

    /// The member of an archive that a row names: the archive's path, a slash, the member's name.
    private mutating func member(_ row: ManifestRow, at place: String) -> Input? {
        // Which members there are does not depend on which part of them is embedded.
        var reading = row.overrides
        (reading.start, reading.end, reading.channels) = (nil, nil, nil)
        return archives[reading, default: InputLookup(reading.applied(to: options))]
            .member(at: place)
    }

    /// Goes on without what cannot be looked at.
    mutating func leaveOut(_ problem: InputError, number: Int) {
        problems.append(problem)
        note(0, origin: number)
    }

    private mutating func take(
        _ path: String, name: String, _ status: FileStatus, folderPrefix: String,
        _ options: ReadingOptions
    ) {
        switch status {
        case .folder(let identity):
            let walk = FolderWalk(
                folder: path, identity: identity, prefix: folderPrefix, options, outputs)
            inputs.append(contentsOf: walk.inputs)
            problems += walk.problems
            skipped.add(walk.skipped)
            warnings.add(walk.warnings)
        case .file where outputs.isOutput(path): skipped.addOwnFile()
        case .file(let facts) where ArchiveListing.isArchive(path):
            take(ArchiveListing(path: path, prefix: name, facts, options), nil)
        case .file(let facts):
            inputs.append(Input(path: path, name: name, facts))
        case .other, .missing:
            inputs.append(Input(path: path, name: name))
        }
    }

    private mutating func take(_ listing: ArchiveListing, _ row: ManifestRow?) {
        problems += listing.problems
        skipped.add(listing.skipped)
        warnings.add(listing.warnings)
        guard let row else {
            inputs.append(contentsOf: listing.inputs)
            return
        }
        for input in listing.inputs { inputs.append(input.adding(row.fields, row.overrides)) }
    }

    // MARK: Names

    /// Leaves out what was named twice with the same settings.
    ///
    /// - Throws: ``InputError`` if two inputs would write the same files, with both places.
    mutating func requireDistinctNames(_ list: String?) throws(InputError) {
        var names = InputNames(capacity: inputs.count)
        var repeated: Set<Int> = []
        for index in inputs.indices {
            guard let first = names.insert(index, of: inputs) else { continue }
            let input = inputs[index]
            guard inputs[first].isSame(as: input) else {
                throw InputError(
                    .sameName(input.name, first: place(first, list), second: place(index, list)))
            }
            repeated.insert(index)
            skipped.addRepeated()
        }
        guard !repeated.isEmpty else { return }
        let kept = inputs.indices.filter { !repeated.contains($0) }
        (inputs, lines) = (inputs.selecting(kept), kept.map { lines[$0] })
        origins = kept.map { origins[$0] }
    }

    /// Remembers the line that the inputs since the last call were named on, and where they and what
    /// could not be looked at come from.
    private mutating func note(_ line: Int, origin: Int) {
        lines += Array(repeating: Int32(clamping: line), count: inputs.count - lines.count)
        let origin = Int32(clamping: origin)
        origins += Array(repeating: origin, count: inputs.count - origins.count)
        problemOrigins += Array(repeating: origin, count: problems.count - problemOrigins.count)
    }

    private func place(_ index: Int, _ list: String?) -> String {
        guard lines[index] > 0, let list else { return inputs[index].path }
        let line = lines[index]
        return "\(inputs[index].path) (\(list == "-" ? "standard input" : list), line \(line))"
    }
}

extension Input {
    /// Whether another input is the same file, whatever path leads there, to be read in the same way.
    fileprivate func isSame(as other: Input) -> Bool {
        guard fields == other.fields, overrides == other.overrides else { return false }
        switch (source, other.source) {
        case (.file, .file):
            return FileStatus.isSameFile(path, other.path)
        case (
            .member(let archive, let name, let ordinal),
            .member(let otherArchive, let otherName, let otherOrdinal)
        ):
            return ordinal == otherOrdinal && name.hasSameBytes(as: otherName)
                && FileStatus.isSameFile(archive, otherArchive)
        case (.withheld, .withheld): return path.hasSameBytes(as: other.path)
        default: return false
        }
    }
}
