import Foundation

/// Where the embeddings of one recording are written: `OUT/NAME.utterance.npy` and
/// `OUT/NAME.segment.npy`, with `.ch0`, `.ch1` ... after the name where every channel is embedded.
package struct EmbeddingFiles: Hashable, Sendable {
    /// One embedding of the whole recording, or one for each patch of 16 frames.
    package enum Level: String, CaseIterable, Sendable {
        case utterance, segment
    }

    package let folder: String
    package let name: String

    /// - Parameters:
    ///   - folder: The output folder, OUT.
    ///   - name: The recording's name below it, perhaps with folders.
    /// - Throws: ``StoreError`` where the name is empty or would leave the folder.
    package init(folder: String, name: String) throws(StoreError) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let leaves = parts.contains { $0.isEmpty || $0 == "." || $0 == ".." || $0.contains("\0") }
        guard !leaves else { throw StoreError(path: folder, .outsideFolder(name: name)) }
        self.folder = folder
        self.name = name
    }

    /// Requires that the folders of the name, below the output folder, are no symbolic links.
    ///
    /// - Throws: ``StoreError`` for the first that is.
    package func requireNoLinks() throws(StoreError) {
        var path = folder.isEmpty ? "." : folder
        for part in name.split(separator: "/").dropLast() {
            path += "/" + part
            var status = stat()
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
                throw StoreError(path: path, .symbolicLink)
            }
        }
    }

    /// Removes the temporary files that dead processes left where the files of `names` go.
    package static func removeLeftovers(of names: [String], folder: String) {
        let folders = Set(names.map { $0[..<($0.lastIndex(of: "/") ?? $0.startIndex)] })
        for below in folders {
            let path = below.isEmpty ? folder : folder + "/" + below
            for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
                guard let final = AtomicFile.finalName(ofTemporary: name),
                    Level.allCases.contains(where: { final.hasSuffix(".\($0.rawValue).npy") })
                else { continue }
                unlink(path + "/" + name)
            }
        }
    }

    /// The file of one level.
    ///
    /// - Parameter channel: The channel, from 0, where every one is embedded; else nil.
    package func path(_ level: Level, channel: Int? = nil) -> String {
        let base = folder.isEmpty ? "." : folder
        let suffix = channel.map { ".ch\($0)" } ?? ""
        return (base.hasSuffix("/") ? base : base + "/") + name + suffix + ".\(level.rawValue).npy"
    }

    /// Refuses names of which one needs a folder where another one's file goes.
    ///
    /// Distinct names never share a file: the endings tell levels and channels apart. But a folder
    /// may be called what a recording's file is called.
    ///
    /// - Throws: ``StoreError`` for the first such pair.
    package static func requireNoCollision(
        _ names: [String], folder: String
    ) throws(StoreError) {
        let known = Set(names.map { Array($0.utf8) })
        for name in names {
            let parts = name.split(separator: "/").dropLast()
            for count in parts.indices {
                let path = parts[...count].joined(separator: "/")
                for owner in owners(of: path) where known.contains(Array(owner.utf8)) {
                    throw StoreError(
                        path: folder + "/" + path, .folderAndFile(first: owner, second: name))
                }
            }
        }
    }

    /// The names of recordings that could write to `path`.
    private static func owners(of path: String) -> [String] {
        guard let level = Level.allCases.first(where: { path.hasSuffix(".\($0.rawValue).npy") })
        else { return [] }
        let name = String(path.dropLast(".\(level.rawValue).npy".count))
        let stem = name.reversed().drop { $0.isNumber }
        guard stem.starts(with: "hc."), stem.count < name.count else { return [name] }
        return [name, String(name.dropLast(name.count - stem.count + 3))]
    }
}
