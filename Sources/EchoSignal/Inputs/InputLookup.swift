import EchoFormats

/// Finds inputs of an earlier run again, by the paths that it wrote down: files, and members of archives, whose paths
/// are the archive's, a slash and the member's name.
///
/// An archive is listed once, to its end, however many members are asked for.
package struct InputLookup {
    private let reading: ReadingOptions
    private var archives: [ByteName: [ByteName: Input]] = [:]

    /// - Parameter reading: How the inputs are read, which decides what is taken of an archive.
    package init(_ reading: ReadingOptions) { self.reading = reading }

    /// What lies at a path now; nil if nothing does.
    ///
    /// - Parameter overrides: What a list said of it.
    package mutating func input(at path: String, overrides: InputOverrides) -> Input? {
        if case .file(let facts) = FileStatus(path: path) {
            return Input(
                path: path, name: path, byteCount: facts.byteCount, modified: facts.modified,
                overrides: overrides)
        }
        guard let member = member(at: path) else { return nil }
        return Input(
            path: path, name: path, byteCount: member.byteCount, modified: member.modified,
            source: member.source, overrides: overrides)
    }

    /// The member of an archive at a path, with what the archive says of it; nil if there is none.
    mutating func member(at path: String) -> Input? {
        // A member's name may look like a path through other archives: the outermost is the file.
        for (place, byte) in path.utf8.enumerated() where byte == UInt8(ascii: "/") && place > 0 {
            let archive = String(decoding: path.utf8.prefix(place), as: UTF8.self)
            guard ArchiveListing.isArchive(archive),
                case .file(let facts) = FileStatus(path: archive)
            else { continue }
            return members(of: archive, facts)[ByteName(path)]
        }
        return nil
    }

    private mutating func members(of archive: String, _ facts: FileFacts) -> [ByteName: Input] {
        if let known = archives[ByteName(archive)] { return known }
        let listing = ArchiveListing(path: archive, prefix: archive, facts, reading)
        var members: [ByteName: Input] = [:]
        for input in listing.inputs { members[ByteName(input.path)] = input }
        archives[ByteName(archive)] = members
        return members
    }
}
