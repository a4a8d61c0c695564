import EchoFormats
import FoundationEssentials
import Glibc

/// Where the embeddings of one recording are written: `OUT/NAME.utterance.npy` and
/// `OUT/NAME.segment.npy`, with `.ch0`, `.ch1` ... after the name where every channel is embedded.
package struct EmbeddingFiles: Hashable, Sendable {
    /// One embedding of the whole recording, or one for each patch of 16 frames.
    package enum Level: String, CaseIterable, Sendable {
        case utterance, segment

        /// What follows a recording's name.
        package var ending: String { ".\(rawValue).npy" }
    }

    package let folder: String
    package let name: String

    /// - Parameters:
    ///   - folder: The output folder, OUT.
    ///   - name: The recording's name below it, perhaps with folders.
    /// - Throws: ``StoreError`` where the name is empty, would leave the folder or needs a folder that
    ///   is called as a file of ours is.
    package init(folder: String, name: String) throws(StoreError) {
        let parts = Self.parts(name)
        guard Self.isBelow(name) else { throw StoreError(path: folder, .outsideFolder(name: name)) }
        if parts.count > 1, Self.isReserved(parts[0]) {
            throw StoreError(path: folder, .reservedName(name: name, ours: parts[0]))
        }
        self.folder = folder
        self.name = name
    }

    /// Requires that the folders of the name, below the output folder, are no symbolic links and no files,
    /// and that no folder has the name of a file.
    ///
    /// - Throws: ``StoreError`` for the first that does.
    package func requireFreePlaces(_ levels: [Level], channels: [Int?]) throws(StoreError) {
        var path = folder.isEmpty ? "." : folder
        for part in name.pathParts.dropLast() {
            path += "/" + part
            var status = stat()
            guard lstat(path, &status) == 0 else { break }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: continue
            case S_IFLNK: throw StoreError(path: path, .symbolicLink)
            default: throw StoreError(path: path, .inTheWay(isFolder: false))
            }
        }
        for level in levels {
            for channel in channels {
                let file = self.path(level, channel: channel)
                var status = stat()
                if lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                    throw StoreError(path: file, .inTheWay(isFolder: true))
                }
            }
        }
    }

    /// Requires that the file system takes the names of a recording's files.
    ///
    /// - Throws: ``StoreError`` if one is longer than it takes.
    package func requireShortNames(_ levels: [Level], channels: [Int?]) throws(StoreError) {
        let channel = channels.compactMap { $0 }.max()
        let longest = levels.map { path($0, channel: channel) }.max {
            $0.utf8.count < $1.utf8.count
        }
        guard let longest else { return }
        let own = pathconf(folder.isEmpty ? "." : folder, Int32(_PC_NAME_MAX))
        let limit = own > 0 ? own : 255
        let parts = longest.utf8.split(separator: UInt8(ascii: "/"))
        let length = parts.map(\.count).max() ?? 0
        if length > limit {
            throw StoreError(path: longest, .nameTooLong(byteCount: length, limit: limit))
        }
        // With the zero byte at its end.
        if longest.utf8.count >= Int(PATH_MAX) {
            let count = longest.utf8.count
            throw StoreError(
                path: longest, .nameTooLong(byteCount: count, limit: Int(PATH_MAX) - 1))
        }
    }

    /// Removes the temporary files that dead processes left where the files of `names` go.
    package static func removeLeftovers(of names: some Sequence<String>, folder: String) {
        var seen: Set<ByteName> = [ByteName("")]
        var last = "."
        removeLeftovers(in: folder.isEmpty ? "." : folder)
        for name in names {
            let below = FolderSync.split(name).folder
            // Neighbours lie in one folder, mostly.
            guard !below.hasSameBytes(as: last) else { continue }
            last = below
            guard below != ".", seen.insert(ByteName(below)).inserted, !parts(below).contains("..")
            else { continue }
            removeLeftovers(in: folder + "/" + below)
        }
    }

    private static func removeLeftovers(in folder: String) {
        for name in (try? FolderNames.list(folder, prefixes: ["."])) ?? []
        where TemporaryName.isOurs(name) {
            unlink(folder + "/" + name)
        }
    }

    /// The file of one level.
    ///
    /// - Parameter channel: The channel, from 0, where every one is embedded; else nil.
    package func path(_ level: Level, channel: Int? = nil) -> String {
        let base = folder.isEmpty ? "." : folder
        return base.asFolderPrefix + file(level, channel: channel)
    }

    /// The file of one level, from the output folder.
    package func file(_ level: Level, channel: Int? = nil) -> String {
        name + Self.suffix(ofChannel: channel) + level.ending
    }

    /// What follows a recording's name where every channel has files of its own.
    static func suffix(ofChannel channel: Int?) -> String { channel.map { ".ch\($0)" } ?? "" }

    /// Files that lie in the output folder itself, whose names no folder may have.
    private static func isReserved(_ name: String) -> Bool {
        name == RunRecord.fileName || name == RemovedParts.fileName
            || name == ".lock" || name.hasPrefix(".lock-")
            || name.hasPrefix("errors") && name.wholeMatch(of: #/errors(-.+)?\.jsonl/#) != nil
            || name.hasPrefix("run-") && name.wholeMatch(of: #/run-[0-9a-f]+\.json/#) != nil
            || PartName(manifest: name) != nil
    }

    /// Removes earlier embeddings that no line of a manifest names any more.
    ///
    /// - Parameters:
    ///   - byChannel: They were those of channels: of any number from 0 on.
    ///   - kept: What is there now, as ``file(_:channel:)`` has it.
    ///   - isOthers: True for the number of a channel whose name is another recording's.
    package func removeReplaced(
        byChannel: Bool, keeping kept: Set<String>, isOthers: (Int) -> Bool
    ) {
        func removeLevels(_ channel: Int?) -> Bool {
            var isThere = false
            for level in Level.allCases {
                let isKept = kept.contains(file(level, channel: channel))
                if isKept || unlink(path(level, channel: channel)) == 0 { isThere = true }
            }
            return isThere
        }
        guard byChannel else {
            _ = removeLevels(nil)
            return
        }
        var channel = 0
        while !isOthers(channel), removeLevels(channel) { channel += 1 }
    }

    /// True for a path that leads from the output folder to something below it.
    package static func isBelow(_ path: String) -> Bool {
        !parts(path).contains { $0.isEmpty || $0 == "." || $0 == ".." || $0.utf8.contains(0) }
    }

    /// What lies between the slashes: bytes are compared, since a mark at the start of a name makes one
    /// character with the slash before it.
    static func parts(_ name: String) -> [String] {
        name.pathParts(keepingEmpty: true)
    }
}
