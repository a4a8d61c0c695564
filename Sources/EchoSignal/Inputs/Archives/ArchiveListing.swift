import EchoFormats

/// The recordings in a tar file, found by one walk over its entries.
///
/// In webdataset's naming `KEY.json` holds what is known of `KEY.wav`: its members become the fields of
/// that input, those called as options its settings, and `sample_rate` the rate of a signal that brings none.
struct ArchiveListing {
    private(set) var inputs = InputList()
    private(set) var problems: [InputError] = []
    private(set) var warnings = ColumnWarnings()
    private(set) var skipped = SkippedFiles()

    /// Endings of archives, before which there may be anything.
    private static let endings = [
        ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst",
        ".tar.lz4", ".tar.lzma", ".tar.z",
    ]
    /// How much larger than its compressed archive a member may be, beyond 64 MiB.
    private static let expansionLimit = 256

    private let path: String
    private let prefix: String
    private let facts: FileFacts
    private let options: ReadingOptions
    private var entries: [ArchiveReader.Entry] = []
    private var sidecars = Sidecars()

    /// Whether a file of that name is an archive.
    static func isArchive(_ name: String) -> Bool {
        // Nearly all names end here: every ending has one that begins with a T.
        let bytes = name.utf8
        guard zip(bytes, bytes.dropFirst()).contains(where: { $0 == 0x2E && $1 | 0x20 == 0x74 })
        else { return false }
        let name = name.lowercased()
        return endings.contains { name.endsInBytes(of: $0) }
    }

    /// Walks over an archive.
    ///
    /// - Parameters:
    ///   - prefix: What the names of its members start with: its own name, perhaps below a folder.
    ///   - facts: Its size and age.
    init(path: String, prefix: String, _ facts: FileFacts, _ options: ReadingOptions) {
        (self.path, self.prefix, self.facts, self.options) = (path, prefix, facts, options)
        do throws(ArchiveFailure) {
            try walk(ArchiveReader(path: path))
        } catch {
            report(error)
        }
        let repeated = repeatedNames()
        for entry in entries where !repeated.contains(Self.key(entry)) { add(entry) }
        (entries, sidecars) = ([], Sidecars())
    }

    /// Takes every entry that is whole, and of which no checksum says that it is another now: those stand
    /// at the end, so the archive is read to its end before anything of it is embedded.
    private mutating func walk(_ reader: ArchiveReader) {
        /// Where the entries end in the tar.
        var ends: [Int] = []
        do throws(ArchiveFailure) {
            while let entry = try reader.next() {
                try take(entry, reader)
                let end = try reader.skip()
                if entries.count > ends.count { ends.append(end) }
            }
            if let odd = reader.oddEnd { report(ArchiveFailure(odd)) }
        } catch {
            let failure = reader.verdict(error)
            let trusted = ends.prefix { $0 <= failure.trustedCount }.count
            entries.removeLast(entries.count - trusted)
            report(failure)
        }
    }

    private mutating func report(_ failure: ArchiveFailure) {
        switch failure.cause {
        case .ours(let own)?: return problems.append(InputError(.own(own)))
        case .system(let number)?:
            return problems.append(InputError(.system(archive: path, number)))
        default: break
        }
        let place = entries.last.map { " (after \(quoted($0.name)))" } ?? ""
        problems.append(InputError(.archive(path: path, failure.text + place)))
    }

    private mutating func take(
        _ entry: ArchiveReader.Entry, _ reader: ArchiveReader
    ) throws(ArchiveFailure) {
        if Self.isHidden(entry.name) {
            if entry.isFile { skipped.addHidden() }
            return
        }
        guard entry.isFile else {
            if entry.isSpecial { skipped.addSpecial() }
            if let link = entry.link, SignalFormat.isWanted(entry.name, options) {
                leaveOut(
                    entry,
                    "it is a link to \(quoted(link)), and links in archives are not followed (tar "
                        + "--hard-dereference --dereference packs files in their place)")
            }
            return
        }
        if Sidecars.isSidecar(entry.name), entry.byteCount <= Sidecars.byteLimit {
            try takeSidecar(entry, reader)
        } else if !SignalFormat.isWanted(entry.name, options) {
            skipped.add(entry.name)
        } else if !entry.isNameUnicode {
            leaveOut(entry, "its name is not UTF-8")
        } else if let doubt = entry.doubt {
            leaveOut(entry, "its header is damaged: \(doubt)")
        } else if !isCredible(entry, reader) {
            leaveOut(
                entry,
                "it promises \(entry.byteCount) bytes, the archive has \(facts.byteCount)")
        } else {
            entries.append(entry)
        }
    }

    private mutating func leaveOut(_ entry: ArchiveReader.Entry, _ reason: String) {
        problems.append(InputError(.member(archive: path, name: entry.name, reason)))
    }

    /// Whether a folder's search would pass over a file of that name: what begins with a dot, such as the
    /// `._x.wav` that macOS puts beside each `x.wav`, and its folder of those.
    private static func isHidden(_ name: String) -> Bool {
        name.pathParts.contains { part in
            part == "__MACOSX"
                || part.utf8.first == UInt8(ascii: ".") && part != "." && part != ".."
        }
    }

    /// A member cannot be larger than what it lies in, compression aside.
    private func isCredible(_ entry: ArchiveReader.Entry, _ reader: ArchiveReader) -> Bool {
        if entry.byteCount <= facts.byteCount { return true }
        guard reader.isCompressed || entry.isSparse else { return false }
        return entry.byteCount / Self.expansionLimit
            <= max((64 << 20) / Self.expansionLimit, facts.byteCount)
    }

    private mutating func takeSidecar(
        _ entry: ArchiveReader.Entry, _ reader: ArchiveReader
    ) throws(ArchiveFailure) {
        var bytes: [UInt8] = []
        try reader.read { (piece) throws(ArchiveFailure) in
            if bytes.count + piece.count <= Sidecars.byteLimit { bytes += piece }
        }
        do throws(JSONScanner.Failure) {
            try sidecars.add(entry.name, bytes)
        } catch {
            leaveOut(entry, "\(error)")
        }
    }

    /// Names that several members have, such as those of a tar that files were appended to: which is meant,
    /// nobody can tell.
    private mutating func repeatedNames() -> Set<ByteName> {
        var seen: Set<ByteName> = []
        seen.reserveCapacity(entries.count)
        var repeated: Set<ByteName> = []
        for entry in entries where !seen.insert(Self.key(entry)).inserted {
            guard repeated.insert(Self.key(entry)).inserted else { continue }
            leaveOut(entry, "several members have this name")
        }
        return repeated
    }

    private static func key(_ entry: ArchiveReader.Entry) -> ByteName {
        ByteName(harmless(entry.name) ?? entry.name)
    }

    private mutating func add(_ entry: ArchiveReader.Entry) {
        guard let name = Self.harmless(entry.name) else {
            return leaveOut(entry, "its name would leave the folder that outputs go to")
        }
        guard !sidecars.isOutput(entry.name) else { return skipped.addOwnFile() }
        let fields = sidecars.fields(of: entry.name) ?? JSONObject()
        let overrides: InputOverrides
        do throws(ManifestRow.Problem) {
            let format = SignalFormat(
                path: name, hasRaw: options.raw != nil, isText: options.text)
            overrides = try Sidecars.overrides(
                fields, isSignal: format != .recording, place: path, &warnings)
        } catch {
            return leaveOut(entry, "its JSON: \(error.text)")
        }
        inputs.append(
            Input(
                path: path + "/" + name, name: prefix + "/" + name, byteCount: entry.byteCount,
                modified: facts.modified, fields: fields,
                source: .member(archive: path, name: entry.name, ordinal: entry.ordinal),
                overrides: overrides))
    }

    /// A member's name as a path below a folder: without what makes it absolute or means nothing; nil
    /// where it would climb out.
    static func harmless(_ name: String) -> String? {
        let parts = name.pathParts.filter { $0 != "." }
        return parts.isEmpty || parts.contains("..") ? nil : parts.joined(separator: "/")
    }
}
