import EchoFormats
import Glibc

/// An output folder: which manifests are there, and what they say.
///
/// Of a folder in parts each manifest commits a part and appears whole. In a folder of files lines are
/// added to the last one of a shard: a last line without an end is what a run that died left of it.
package struct PartFolder: Sendable {
    package let path: String
    /// As `run.json` says; where that is lost, as the lines of manifests do.
    package private(set) var layout: FolderLayout
    /// Whether there is a `run.json`.
    package let hasRecord: Bool
    /// The parts that are committed, in order of shard and number.
    package let parts: [PartName]
    /// Numbers that ``Compaction`` took away.
    package let removed: RemovedParts
    /// Of all that lies in it, what may be a manifest, a table or a temporary file.
    private let names: [String]

    /// Lists a folder; one that is missing is empty.
    ///
    /// - Throws: ``StoreError`` if it cannot be listed, or its names are none that we write.
    package init(path: String) throws(StoreError) {
        self.path = path
        let record = try RunRecord.read(in: path)
        (hasRecord, layout) = (record != nil, record?.layout ?? .files)
        removed = try RemovedParts(folder: path)
        let levels = EmbeddingFiles.Level.allCases.map { "\($0.rawValue)-" }
        names = try FolderNames.list(path, prefixes: ["manifest-", "."] + levels)
        parts = names.compactMap { PartName(manifest: $0) }.sorted {
            ($0.shard.count, $0.shard.index, $0.number)
                < ($1.shard.count, $1.shard.index, $1.number)
        }
        if let part = parts.first(where: { $0.number > PartName.largestNumber }) {
            throw StoreError(
                path: path + "/" + part.manifest,
                .notARecord("no folder has \(part.number) parts"))
        }
        if !hasRecord, try !namesFilesOfRecordings() { layout = .parts }
    }

    /// Whether the first line that names a file names one of a recording's own, and no table.
    private func namesFilesOfRecordings() throws(StoreError) -> Bool {
        for part in parts {
            for entry in try entries(of: part) {
                guard let place = entry.place(.utterance) ?? entry.place(.segment) else { continue }
                return PartName(table: place.file) == nil
            }
        }
        return false
    }

    /// Requires that there is a manifest.
    ///
    /// - Throws: ``StoreError`` if there is none, and what that means.
    package func requireManifest() throws(StoreError) {
        if parts.isEmpty {
            throw StoreError(path: path, hasRecord ? .nothingEmbedded : .noManifest)
        }
    }

    /// Temporary files, and tables whose manifest was never written: what runs have open, or dead ones
    /// left.
    package var unfinished: [String] {
        let committed = Set(parts)
        return names.filter { name in
            if TemporaryName.isOurs(name) || TemporaryName.table(name) != nil { return true }
            return layout == .parts
                && PartName(table: name).map { !committed.contains($0) } ?? false
        }
    }

    /// The number of the last committed part of a shard; nil if it has none.
    func lastNumber(of shard: Shard) -> Int? { parts.last { $0.shard == shard }?.number }

    /// The number after the last part that a shard has or ever had: no name is used again.
    package func nextNumber(of shard: Shard) -> Int {
        max((lastNumber(of: shard) ?? -1) + 1, removed.end(of: shard))
    }

    /// Numbers of a shard before its last that are neither there nor taken away by ``Compaction``: their
    /// manifests were lost.
    package func missingNumbers(of shard: Shard) -> [Range<Int>] {
        let own = parts.lazy.filter { $0.shard == shard }.map { $0.number..<$0.number + 1 }
        let known = Array(own) + removed.numbers(of: shard)
        var (end, missing) = (0, [Range<Int>]())
        for range in known.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > end { missing.append(end..<range.lowerBound) }
            end = max(end, range.upperBound)
        }
        return missing
    }

    /// The lines of a part's manifest.
    ///
    /// - Throws: ``StoreError`` if it cannot be read or is not a manifest, with the line.
    package func entries(of part: PartName) throws(StoreError) -> [ManifestEntry] {
        try parse(part) { object throws(MemberError) in try ManifestEntry(object) }
    }

    /// The lines of a part's manifest, with members that this release does not know.
    ///
    /// - Throws: As ``entries(of:)``.
    func lines(of part: PartName) throws(StoreError) -> [ManifestLine] {
        try parse(part) { object throws(MemberError) in try ManifestLine(object) }
    }

    private func parse<Line>(
        _ part: PartName, _ line: (JSONObject) throws(MemberError) -> Line
    ) throws(StoreError) -> [Line] {
        var lines: [Line] = []
        try forEachText(of: part) { text, number throws(StoreError) in
            lines.append(try parse(text, of: part, number, line))
        }
        return lines
    }

    /// Goes through a part's manifest: a plain line is offered to `scanned`, any other, and one for which
    /// that returns false, goes to `entry`.
    ///
    /// - Throws: As ``entries(of:)``, and what the two throw.
    func forEachLine(
        of part: PartName, scanned: (ScannedLine) throws(StoreError) -> Bool,
        entry: (ManifestEntry) throws(StoreError) -> Void
    ) throws(StoreError) {
        try forEachText(of: part) { text, number throws(StoreError) in
            if let line = ScannedLine(text), try scanned(line) { return }
            try entry(
                try parse(text, of: part, number) { object throws(MemberError) in
                    try ManifestEntry(object)
                })
        }
    }

    private func forEachText(
        of part: PartName,
        _ body: (_ text: UnsafeRawBufferPointer, _ number: Int) throws(StoreError) -> Void
    ) throws(StoreError) {
        let path = self.path + "/" + part.manifest
        // It was there when the folder was listed.
        guard let bytes = try SmallFile.read(path) else {
            throw StoreError(path: path, .changedMeanwhile)
        }
        try bytes.withUnsafeBufferPointer { buffer throws(StoreError) in
            let bytes = UnsafeRawBufferPointer(buffer)
            let end = layout == .parts ? bytes.count : (bytes.lastIndex(of: 0x0A) ?? -1) + 1
            var (start, number) = (0, 0)
            while start < end, let base = bytes.baseAddress {
                let newline = memchr(base + start, 0x0A, end - start)
                let stop = newline.map { UnsafeRawPointer($0) - base } ?? end
                if stop > start {
                    number += 1
                    try body(UnsafeRawBufferPointer(rebasing: bytes[start..<stop]), number)
                }
                start = stop + 1
            }
        }
    }

    private func parse<Line>(
        _ text: UnsafeRawBufferPointer, of part: PartName, _ number: Int,
        _ line: (JSONObject) throws(MemberError) -> Line
    ) throws(StoreError) -> Line {
        let problem: String
        do {
            var scanner = JSONScanner(Array(text))
            let line = try line(try scanner.object())
            try scanner.end()
            return line
        } catch {
            problem = "\(error)"
        }
        throw StoreError(
            path: path + "/" + part.manifest, .notARecord("line \(number): \(problem)"))
    }

    /// The tables of a part, by their names.
    func tables(of part: PartName) -> [String] { names.filter { PartName(table: $0) == part } }

    /// Removes what dead processes left: temporary files, and tables whose manifest was never
    /// written. Only for the holder of the shard's lock.
    ///
    /// - Parameter isAlone: No other shard runs, so that every temporary file is a dead one's.
    package func removeLeftovers(of shard: Shard, isAlone: Bool) {
        for name in unfinished {
            let part = PartName(table: name) ?? TemporaryName.table(name)
            if isAlone && part == nil || part?.shard == shard
                || isAlone && TemporaryName.table(name) != nil
            {
                unlink(path + "/" + name)
            }
        }
    }

    /// Removes what dead processes of any shard left, but for the tables of manifests that were lost: those may
    /// come back from a copy. Only if no process writes to the folder.
    package func removeLeftovers() {
        let lost = Set(lostManifests.lazy.filter(\.hasTables).map(\.first))
        for name in unfinished where PartName(table: name).map({ !lost.contains($0) }) ?? true {
            unlink(path + "/" + name)
        }
    }

    /// The paths that the lines of these ids name, the last of each.
    ///
    /// - Throws: ``StoreError`` if a manifest cannot be read.
    package func paths(of ids: Set<[UInt8]>) throws(StoreError) -> [[UInt8]: String] {
        var found: [[UInt8]: (attempt: Int, path: String)] = [:]
        for part in parts {
            for entry in try entries(of: part) {
                let id = Array(entry.source.id.utf8)
                guard ids.contains(id), entry.attempt >= found[id]?.attempt ?? 0 else { continue }
                found[id] = (entry.attempt, entry.source.path)
            }
        }
        return found.mapValues(\.path)
    }
}
