import EchoFormats
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
        let parts = name.pathParts(keepingEmpty: true)
        let leaves = parts.contains {
            $0.isEmpty || $0 == "." || $0 == ".." || $0.utf8.contains(0)
        }
        guard !leaves else { throw StoreError(path: folder, .outsideFolder(name: name)) }
        self.folder = folder
        self.name = name
    }

    /// Requires that the folders of the name, below the output folder, are no symbolic links.
    ///
    /// - Throws: ``StoreError`` for the first that is.
    package func requireNoLinks() throws(StoreError) {
        var path = folder.isEmpty ? "." : folder
        for part in name.pathParts.dropLast() {
            path += "/" + part
            var status = stat()
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
                throw StoreError(path: path, .symbolicLink)
            }
        }
    }

    /// Removes the temporary files that dead processes left where the files of `names` go.
    package static func removeLeftovers(of names: [String], folder: String) {
        let folders = Set(names.map { ByteName($0.parentPath ?? "") })
        for below in folders {
            let path = below.text.isEmpty ? folder : folder + "/" + below.text
            for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
                guard let final = AtomicFile.finalName(ofTemporary: name),
                    Level.allCases.contains(where: { final.endsInBytes(of: ".\($0.rawValue).npy") })
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
        return base.asFolderPrefix + name + suffix + ".\(level.rawValue).npy"
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
        let known = Set(names.map { ByteName($0) })
        for name in names {
            // A file needs the folder above it, and each of those above that.
            var above = name.parentPath
            while let path = above {
                above = path.parentPath
                for owner in owners(of: path) where known.contains(ByteName(owner)) {
                    throw StoreError(
                        path: folder + "/" + path, .folderAndFile(first: owner, second: name))
                }
            }
        }
    }

    /// The names of recordings that could write to `path`.
    private static func owners(of path: String) -> [String] {
        guard let level = Level.allCases.first(where: { path.endsInBytes(of: ".\($0.rawValue).npy") })
        else { return [] }
        let name = path.droppingLastBytes(".\(level.rawValue).npy".utf8.count)
        let digitCount = name.utf8.reversed().prefix { (0x30...0x39).contains($0) }.count
        let stem = name.droppingLastBytes(digitCount)
        guard digitCount > 0, stem.endsInBytes(of: ".ch") else { return [name] }
        return [name, stem.droppingLastBytes(".ch".utf8.count)]
    }
}
