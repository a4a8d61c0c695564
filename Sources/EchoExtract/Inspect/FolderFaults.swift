import EchoFormats
import EchoStore

/// What is wrong with an output folder as a whole, whichever of its tables are read.
enum FolderFaults {
    /// A sentence each, with what to do.
    static func sentences(_ folder: PartFolder) -> [String] {
        guard !folder.parts.isEmpty else { return [] }
        let record =
            folder.hasRecord
            ? []
            : [
                "\(RunRecord.fileName) is missing: nothing says with which model and settings the embeddings "
                    + "were made. Restore it from a copy. Without one no run adds to the folder: embed the "
                    + "recordings into a new one"
            ]
        return record
            + folder.lostManifests.map { lost in
                """
                \(lost.sentence): restore from a copy. Without one, run the command that made the folder again, \
                which embeds what is not there, and then 'echo-gpu compact', which notes that nothing is left \
                of it
                """
            }
    }
}

/// The lines of embeddings that were seen: a recording, or a channel of it, is there once a try.
struct SeenLines {
    private struct Line: Hashable {
        let id: ByteName
        let channel: Int?
        let attempt: Int
    }

    private var seen: Set<Line> = []

    /// What is wrong with a line, as a sentence; nil if nothing is.
    mutating func problem(_ entry: ManifestEntry, in part: PartName) -> String? {
        let line = Line(
            id: ByteName(entry.source.id), channel: entry.channel, attempt: entry.attempt)
        guard !seen.insert(line).inserted else { return nil }
        return "\(entry.source.id) is there twice; the second line is in \(part.manifest). "
            + StoreError.manifestRemedy
    }
}
