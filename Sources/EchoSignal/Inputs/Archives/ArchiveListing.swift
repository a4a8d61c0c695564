import EchoFormats

/// The recordings in a tar file, found by one walk over its entries.
///
/// In webdataset's naming `KEY.json` holds what is known of `KEY.wav`: its members become the fields of
/// that input, and `sample_rate` the rate of a signal that brings none.
struct ArchiveListing {
    private(set) var inputs: [Input] = []
    private(set) var problems: [InputError] = []
    /// Files that are no recordings by their extension.
    private(set) var skippedCount = 0

    /// Endings of archives, before which there may be anything.
    private static let endings = [
        ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst",
        ".tar.lz4", ".tar.lzma", ".tar.z",
    ]
    /// Bytes of a JSON that belongs to a recording.
    private static let sidecarLimit = 1 << 20
    /// How much larger than its compressed archive a member may be, beyond 64 MiB.
    private static let expansionLimit = 256

    private let path: String
    private let prefix: String
    private let facts: FileFacts
    private let options: ReadingOptions
    private var entries: [ArchiveReader.Entry] = []
    private var sidecars: [String: JSONObject] = [:]

    /// Whether a file of that name is an archive.
    static func isArchive(_ name: String) -> Bool {
        let name = name.lowercased()
        return endings.contains { name.hasSuffix($0) }
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
        for entry in entries { add(entry) }
        (entries, sidecars) = ([], [:])
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
        if case .ours(let own) = failure.cause {
            problems.append(InputError(.own(own)))
            return
        }
        let place = entries.last.map { " (after \(quoted($0.name)))" } ?? ""
        problems.append(InputError(.archive(path: path, failure.text + place)))
    }

    private mutating func take(
        _ entry: ArchiveReader.Entry, _ reader: ArchiveReader
    ) throws(ArchiveFailure) {
        guard !Self.isHidden(entry.name) else { return }
        guard entry.isFile else {
            if let link = entry.link, SignalFormat.isWanted(entry.name, options) {
                leaveOut(
                    entry,
                    "it is a link to \(quoted(link)), and links in archives are not followed (tar "
                        + "--hard-dereference --dereference packs files in their place)")
            }
            return
        }
        if entry.name.hasSuffix(".json"), entry.byteCount <= Self.sidecarLimit {
            var bytes: [UInt8] = []
            try reader.read { (piece) throws(ArchiveFailure) in
                if bytes.count + piece.count <= Self.sidecarLimit { bytes += piece }
            }
            takeSidecar(String(entry.name.dropLast(5)), bytes)
        } else if SignalFormat.isWanted(entry.name, options) {
            if let doubt = entry.doubt { return leaveOut(entry, "its header is damaged: \(doubt)") }
            guard isCredible(entry, reader) else {
                problems.append(
                    InputError(
                        .member(
                            archive: path, name: entry.name,
                            "it promises \(entry.byteCount) bytes, the archive has "
                                + "\(facts.byteCount)")))
                return
            }
            entries.append(entry)
        } else {
            skippedCount += 1
        }
    }

    private mutating func leaveOut(_ entry: ArchiveReader.Entry, _ reason: String) {
        problems.append(InputError(.member(archive: path, name: entry.name, reason)))
    }

    /// Whether a folder's search would pass over a file of that name: what begins with a dot, such as the
    /// `._x.wav` that macOS puts beside each `x.wav`, and its folder of those.
    private static func isHidden(_ name: String) -> Bool {
        name.split(separator: "/").contains { part in
            part == "__MACOSX" || part.hasPrefix(".") && part != "." && part != ".."
        }
    }

    /// A member cannot be larger than what it lies in, compression aside.
    private func isCredible(_ entry: ArchiveReader.Entry, _ reader: ArchiveReader) -> Bool {
        if entry.byteCount <= facts.byteCount { return true }
        guard reader.isCompressed || entry.isSparse else { return false }
        return entry.byteCount <= max(64 << 20, facts.byteCount * Self.expansionLimit)
    }

    private mutating func takeSidecar(_ key: String, _ bytes: [UInt8]) {
        do throws(JSONScanner.Failure) {
            var scanner = JSONScanner(bytes)
            sidecars[key] = try scanner.object()
            try scanner.end()
        } catch {
            problems.append(
                InputError(.member(archive: path, name: key + ".json", "\(error)")))
        }
    }

    private mutating func add(_ entry: ArchiveReader.Entry) {
        guard let name = Self.harmless(entry.name) else {
            problems.append(
                InputError(
                    .member(
                        archive: path, name: entry.name,
                        "its name would leave the folder that outputs go to")))
            return
        }
        let key = Self.keys(of: entry.name).first { sidecars[$0] != nil }
        let fields = key.flatMap { sidecars[$0] }
        var overrides = InputOverrides()
        if case .number(let text)? = fields?["sample_rate"], let rate = Int(text), rate > 0,
            SignalFormat(path: name, hasRaw: options.raw != nil) != .recording
        {
            overrides.sampleRate = rate
        }
        inputs.append(
            Input(
                path: path + "/" + name, name: prefix + "/" + name, byteCount: entry.byteCount,
                modified: facts.modified, fields: fields ?? JSONObject(),
                source: .member(archive: path, name: entry.name, ordinal: entry.ordinal),
                overrides: overrides))
    }

    /// A member's name as a path below a folder: without what makes it absolute or means nothing; nil
    /// where it would climb out.
    static func harmless(_ name: String) -> String? {
        let parts = name.split(separator: "/").filter { $0 != "." }
        return parts.isEmpty || parts.contains("..") ? nil : parts.joined(separator: "/")
    }

    /// Names, less `.json`, of what may hold its fields: up to its last dot, as people do, and up to
    /// its first, as webdataset does.
    private static func keys(of name: String) -> [String] {
        let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
        let file = name[start...]
        return [file.lastIndex(of: "."), file.firstIndex(of: ".")].compactMap { dot in
            dot.map { String(name[..<$0]) }
        }
    }
}
