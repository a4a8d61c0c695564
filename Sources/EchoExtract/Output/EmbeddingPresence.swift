import EchoSignal
import EchoStore
import Glibc

/// Whether the files of a recording are there and of the size that its lines promise, in a folder of files:
/// people delete what they want made anew, and disks lose the ends of files.
package struct EmbeddingPresence {
    let folder: String
    let level: Extraction.Level

    /// One look at the file system for each file.
    func has(_ input: Input, _ known: KnownInputs) -> Bool {
        guard let files = try? EmbeddingFiles(folder: folder, name: input.name),
            let shape = known.shape(of: input.id)
        else { return false }
        return shape.channels.allSatisfy { channel in
            level.stored.enumerated().allSatisfy { place, level in
                // Of another level than the line's, in a folder that goes on with it by force, what is there counts.
                let size = shape.byteCount(level)
                if size == nil, place > 0 { return true }
                return Self.isWhole(files.path(level, channel: channel), size)
            }
        }
    }

    /// - Parameter byteCount: Nil if any will do.
    private static func isWhole(_ path: String, _ byteCount: Int?) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return byteCount.map { $0 == Int(status.st_size) } ?? true
    }
}

extension Extraction.Level {
    /// The levels that are written.
    var stored: [EmbeddingFiles.Level] {
        switch self {
        case .utterance: [.utterance]
        case .segment: [.segment]
        case .both: [.utterance, .segment]
        }
    }
}

/// What a path comes to once its links are followed.
enum RealPath {
    /// Nil if there is no such file.
    static func of(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
