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

        /// Nil if nobody knows when the recording was changed.
        init?(_ source: RecordingSource) {
            guard let modified = source.modified else { return nil }
            name = ByteName(source.path.fileName)
            (byteCount, self.modified) = (source.byteCount, modified)
        }
    }

    private let queries: Set<Stamp>
    private var locations: [Stamp: [ArchiveIndex.Location]] = [:]

    /// - Parameters:
    ///   - paths: Queries that are files: recordings, folders and archives.
    ///   - reading: How they are read, which decides what is taken of a folder.
    /// - Throws: ``EchoError`` if there is no recording in them.
    init(_ paths: [String], _ reading: ReadingOptions) throws(EchoError) {
        guard !paths.isEmpty else {
            queries = []
            return
        }
        var selection = InputSelection(arguments: paths, reading: reading)
        selection.purpose = .rows
        let discovery: InputDiscovery
        do throws(InputError) {
            discovery = try InputDiscovery(selection)
        } catch {
            throw EchoError(error)
        }
        queries = Set(discovery.inputs.lazy.compactMap { Stamp(RecordingSource($0)) })
    }

    /// True if a line of the folder is of one of the queries.
    func contains(_ entry: ManifestEntry) -> Bool {
        !queries.isEmpty && Stamp(entry.source).map(queries.contains) ?? false
    }

    /// Keeps where they are in the folder.
    mutating func find(in index: ArchiveIndex) {
        for location in index.found where contains(location.entry) {
            guard let stamp = Stamp(location.entry.source) else { continue }
            locations[stamp, default: []].append(location)
        }
    }

    /// The folder's rows of a query, of its width and channel, under every id that it has there.
    func rows(of query: RecordingRow, channel: Int?) -> [Int] {
        guard let stamp = Stamp(query.source) else { return [] }
        return (locations[stamp] ?? [])
            .filter { $0.width == query.width && $0.entry.channel == channel }
            .flatMap { Array($0.rows) }.sorted()
    }
}
