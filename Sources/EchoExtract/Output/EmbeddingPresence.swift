import EchoSignal
import EchoStore
import Glibc

/// Whether the files of a recording are there, in a folder of files: people delete what they want made
/// anew.
package struct EmbeddingPresence {
    let folder: String
    let level: Extraction.Level

    /// One look at the file system, at the first channel's.
    func has(_ input: Input, _ known: KnownInputs) -> Bool {
        guard let files = try? EmbeddingFiles(folder: folder, name: input.name) else {
            return false
        }
        let channel = known.isEmbedded(input.id, byChannel: true) ? 0 : nil
        return access(files.path(level.stored[0], channel: channel), F_OK) == 0
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
