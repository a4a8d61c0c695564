import EchoFormats

/// Takes members out of archives, in the order in which they lie there: each archive is read once from
/// start to end, however many members are asked for.
///
/// Members asked for in another order are found too, by starting again. One thread uses it at a time.
package struct ArchiveMembers {
    private var archive: String?
    private var reader: ArchiveReader?
    private var position = 0
    /// Why the archive could be read no further.
    private var failure: ArchiveFailure?

    package init() {}

    /// Where the bytes of an input are, after copying it out of its archive if it is in one.
    ///
    /// - Parameter reading: How it will be read; if that is said, members of a tar that is not compressed
    ///   stay where they are if their reader can take them there.
    /// - Throws: ``SignalError`` if the archive is damaged, does not have it, or is no longer what was listed.
    package mutating func content(
        of input: Input, for reading: ReadingOptions? = nil
    ) throws(SignalError) -> SignalContent {
        switch input.source {
        case .file: return SignalContent(path: input.path)
        case .withheld(_, let cause): throw SignalError(path: input.path, cause)
        case .member(let archive, let name, let ordinal):
            do throws(ArchiveFailure) {
                let staysInPlace = reading.map { SignalFormat.readsPart(input, $0) } ?? false
                return try take(input, archive, name, ordinal, copying: !staysInPlace)
            } catch {
                throw SignalError(path: input.path, error.cause ?? .archive(error.text))
            }
        }
    }

    private mutating func take(
        _ input: Input, _ archive: String, _ name: String, _ ordinal: Int, copying: Bool
    ) throws(ArchiveFailure) -> SignalContent {
        if !(self.archive?.hasSameBytes(as: archive) ?? false) || ordinal < position {
            self = ArchiveMembers()
            self.archive = archive
        }
        // Reading on behind damage would start again for every member there.
        if let failure { throw failure }
        do throws(ArchiveFailure) {
            let reader: ArchiveReader
            if let open = self.reader {
                reader = open
            } else {
                reader = try ArchiveReader(path: archive)
            }
            self.reader = reader
            let entry = try Self.entry(
                reader, &position, name, ordinal, byteCount: input.byteCount)
            if !copying, let part = reader.part(of: entry) {
                return SignalContent(path: input.path, part: part)
            }
            let copy = try Self.copy(reader, byteCount: input.byteCount)
            return SignalContent(path: input.path, copy: copy)
        } catch {
            failure = error
            reader = nil
            throw error
        }
    }

    /// Reads on to an entry.
    private static func entry(
        _ reader: ArchiveReader, _ position: inout Int, _ name: String, _ ordinal: Int,
        byteCount: Int
    ) throws(ArchiveFailure) -> ArchiveReader.Entry {
        while let entry = try reader.next() {
            if ReadingStop.isAsked { throw ArchiveFailure("the run was stopped") }
            position = entry.ordinal + 1
            guard entry.ordinal == ordinal else { continue }
            guard entry.name.hasSameBytes(as: name), entry.byteCount == byteCount else { break }
            return entry
        }
        throw ArchiveFailure("it changed since it was listed")
    }

    /// Copies the current entry, which has `byteCount` bytes, no more and no fewer.
    private static func copy(
        _ reader: ArchiveReader, byteCount: Int
    ) throws(ArchiveFailure) -> MemberCopy {
        let copy = try MemberCopy()
        var written = 0
        try reader.read { (piece) throws(ArchiveFailure) in
            written += piece.count
            guard written <= byteCount else {
                throw ArchiveFailure("it is larger than its header says")
            }
            try copy.write(piece)
        }
        guard written == byteCount else {
            throw ArchiveFailure("it has \(written) bytes of \(byteCount) that its header promises")
        }
        return copy
    }
}
