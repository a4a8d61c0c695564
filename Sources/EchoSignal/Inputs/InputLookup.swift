import EchoFormats

/// Finds inputs of an earlier run again, by the paths that it wrote down: files, and members of archives, whose paths
/// are the archive's, a slash and the member's name.
///
/// An archive is listed once, to its end, however many members are asked for.
package struct InputLookup {
    private let reading: ReadingOptions
    private var archives: [ByteName: Archive] = [:]

    private struct Archive {
        var members: [ByteName: Input] = [:]
        /// Why members are missing in it.
        let problems: [InputError]
    }

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
        guard let member = member(at: path), case .member = member.source else { return nil }
        return Input(
            path: path, name: path, byteCount: member.byteCount, modified: member.modified,
            source: member.source, overrides: overrides)
    }

    /// The member of an archive at a path, with what the archive says of it, or, where the archive does not
    /// give it up, a source that says why. Nil if no archive is on the way.
    mutating func member(at path: String) -> Input? {
        // A member's name may look like a path through other archives: the outermost is the file.
        for (place, byte) in path.utf8.enumerated() where byte == UInt8(ascii: "/") && place > 0 {
            let archive = String(decoding: path.utf8.prefix(place), as: UTF8.self)
            guard ArchiveListing.isArchive(archive),
                case .file(let facts) = FileStatus(path: archive)
            else { continue }
            let content = content(of: archive, facts)
            if let member = content.members[ByteName(path)] { return member }
            let name = String(decoding: path.utf8.dropFirst(place + 1), as: UTF8.self)
            // Of no known size and time: whatever is there once the archive is mended is another content.
            return Input(
                path: path, name: path,
                source: .withheld(archive: archive, content.problems.cause(of: name)))
        }
        return nil
    }

    private mutating func content(of archive: String, _ facts: FileFacts) -> Archive {
        if let known = archives[ByteName(archive)] { return known }
        let listing = ArchiveListing(path: archive, prefix: archive, facts, reading)
        var content = Archive(problems: listing.problems)
        for input in listing.inputs { content.members[ByteName(input.path)] = input }
        archives[ByteName(archive)] = content
        return content
    }
}

extension [InputError] {
    /// Why an archive with these problems does not give up a member: what is said of the member itself, else
    /// what ended the listing.
    fileprivate func cause(of name: String) -> SignalError.Cause {
        var cause = SignalError.Cause.archive("it has no recording of that name")
        for problem in self {
            switch problem.cause {
            case .member(_, let other, let text)
            where ArchiveListing.harmless(other)?.hasSameBytes(as: name) == true:
                return .archive(text)
            case .archive(_, let text): cause = .archive(text)
            case .system(_, let number): cause = .system(number)
            case .own(let failure): cause = .ours(failure)
            default: break
            }
        }
        return cause
    }
}
