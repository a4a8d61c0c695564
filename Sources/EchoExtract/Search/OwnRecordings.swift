import EchoFormats
import EchoSignal
import EchoStore

/// Queries that are files, and recordings of the folder too, from whatever mount: known by their names, sizes and
/// times of change.
struct OwnRecordings {
    private struct Stamp: Hashable {
        let name: ByteName
        let byteCount: Int
        let modified: Int

        init(_ path: String, _ byteCount: Int, _ modified: Int) {
            (name, self.byteCount, self.modified) = (ByteName(path.fileName), byteCount, modified)
        }
    }

    private var queries: [Stamp: [String]] = [:]
    private var found: [String: Set<ByteName>] = [:]

    /// - Parameter texts: Queries that may be files.
    init(_ texts: [String]) {
        var lookup = InputLookup(ReadingOptions(channels: .mean))
        for text in texts {
            guard let input = lookup.input(at: text, overrides: InputOverrides()) else { continue }
            let stamp = Stamp(text, input.byteCount, Int(input.modified))
            queries[stamp, default: []].append(text)
        }
    }

    /// Takes a line of the folder; true if one of the queries is its recording.
    mutating func take(_ entry: ManifestEntry) -> Bool {
        guard !queries.isEmpty, let modified = entry.source.modified else { return false }
        let stamp = Stamp(entry.source.path, entry.source.byteCount, modified)
        guard let texts = queries[stamp] else { return false }
        for text in texts { found[text, default: []].insert(ByteName(entry.source.id)) }
        return true
    }

    /// The ids that a query has in the folder.
    func ids(of text: String) -> [String] { (found[text] ?? []).map(\.text).sorted() }
}
