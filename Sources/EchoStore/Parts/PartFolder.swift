import EchoFormats
import Foundation

/// An output folder in parts: which of them are there, and what their manifests say.
package struct PartFolder: Sendable {
    package let path: String
    /// The parts that are committed, in order of shard and number.
    package let parts: [PartName]
    private let names: [String]

    /// Lists a folder; one that is missing is empty.
    ///
    /// - Throws: ``StoreError`` where it cannot be listed.
    package init(path: String) throws(StoreError) {
        self.path = path
        names = try Self.names(in: path)
        parts = names.compactMap { PartName(manifest: $0) }.sorted {
            ($0.shard.count, $0.shard.index, $0.number)
                < ($1.shard.count, $1.shard.index, $1.number)
        }
    }

    /// The number after the last committed part of a shard.
    package func nextNumber(of shard: Shard) -> Int {
        (parts.last { $0.shard == shard }?.number ?? -1) + 1
    }

    /// The lines of a part's manifest.
    ///
    /// - Throws: ``StoreError`` where it cannot be read or is not a manifest, with the line.
    package func entries(of part: PartName) throws(StoreError) -> [ManifestEntry] {
        let path = self.path + "/" + part.manifest
        guard let bytes = try SmallFile.read(path) else {
            throw StoreError(path: path, .system(.open, ENOENT))
        }
        var entries: [ManifestEntry] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            do {
                var scanner = JSONScanner(Array(line))
                entries.append(try ManifestEntry(try scanner.object()))
                try scanner.end()
            } catch let error as MemberError {
                throw StoreError(
                    path: path,
                    .notARecord(
                        "line \(entries.count + 1): \"\(error.name)\" is not "
                            + "there or not of its type"))
            } catch {
                throw StoreError(path: path, .notARecord("line \(entries.count + 1): \(error)"))
            }
        }
        return entries
    }

    /// Removes what dead processes left: temporary files, and tables whose manifest was never
    /// written. Only for the holder of the shard's lock.
    ///
    /// - Parameter isAlone: No other shard runs, so that every temporary file is a dead one's.
    package func removeLeftovers(of shard: Shard, isAlone: Bool) {
        let committed = Set(parts)
        for name in names {
            if let part = PartName(table: name) {
                if part.shard == shard, !committed.contains(part) { unlink(path + "/" + name) }
            } else if let final = AtomicFile.finalName(ofTemporary: name) {
                let part = PartName(table: final) ?? PartName(manifest: final)
                if isAlone || part?.shard == shard { unlink(path + "/" + name) }
            }
        }
    }

    private static func names(in path: String) throws(StoreError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw StoreError(path: path, .system(.open, errno))
        }
        closedir(folder)
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw StoreError(path: path, .system(.read, EIO))
        }
    }
}
