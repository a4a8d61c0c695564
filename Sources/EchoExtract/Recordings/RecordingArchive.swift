import EchoFormats
import EchoSignal
import EchoStore
import Synchronization

/// The recordings of an output folder, to be read again: by which options each was read, and where it lies now.
///
/// Any thread may use it.
package final class RecordingArchive: Sendable {
    /// Where it looks for a recording whose manifest says a relative path, or one that leads nowhere.
    package let places: RecordingPlaces
    private let folder: String
    private let state: Mutex<State>
    private let reading = Mutex(Reading())

    private struct State {
        /// By the digest that lines of manifests have.
        var settings: [String: FolderSettings] = [:]
        /// By the options that they list archives with.
        var lookups: [ReadingOptions: InputLookup] = [:]
    }

    /// What is open, so that members of a compressed archive that are asked for in its order take one pass over it.
    private struct Reading {
        var members = ArchiveMembers()
        /// Sound and spectrogram of a recording are asked for one after the other.
        var last: (input: Input, content: SignalContent)?
    }

    /// - Parameters:
    ///   - folder: An output folder of `extract`, of either layout.
    ///   - root: A folder to look for recordings in (``RecordingPlaces``); nil for none.
    /// - Throws: ``EchoError`` if the folder has no `run.json`, or it cannot be read.
    package init(_ folder: String, root: String? = nil) throws(EchoError) {
        guard let current = try FolderSettings.read(folder) else {
            throw EchoError(
                .data,
                """
                \(folder) has no run.json, which says how its recordings were read. Give an output folder \
                of 'echo-gpu extract' (of release 0.2.0 or later, or in parts).
                """)
        }
        self.folder = folder
        places = RecordingPlaces(folder: folder, root: root)
        state = Mutex(State(settings: [current.digest: current, "": current]))
    }

    /// Finds the recording of a line of the folder's manifests.
    ///
    /// - Throws: ``EchoError`` of kind `input` if it is nowhere, with every place that was looked at, and of kind
    ///   `data` if only a file of another size is there.
    package func recording(_ entry: ManifestEntry) throws(EchoError) -> ArchivedRecording {
        let overrides: InputOverrides
        do throws(InputOverrides.UnknownOverride) {
            overrides = try InputOverrides(record: entry.source.overrides)
        } catch {
            throw EchoError(
                .data,
                """
                \(entry.source.id): its line in the manifests of \(folder) has the override \
                \(quoted(error.name)) (\(error.reason)). Read it with the release that wrote it.
                """)
        }
        let found = try state.withLock { state throws(EchoError) in
            let reading = try settings(of: entry.run, &state).reading(
                ReadingOptions(), hasChannels: false)
            var lookup = state.lookups[reading] ?? InputLookup(reading)
            defer { state.lookups[reading] = lookup }
            let input = try places.find(entry.source) { lookup.input(at: $0, overrides: overrides) }
            return (input: input, reading: reading)
        }
        return ArchivedRecording(entry, found.input, found.reading, in: self)
    }

    /// Where the bytes of an input are.
    ///
    /// - Throws: ``SignalError`` if its archive is damaged.
    func content(of input: Input, _ options: ReadingOptions) throws(SignalError) -> SignalContent {
        try reading.withLock { reading throws(SignalError) in
            if let last = reading.last, last.input == input { return last.content }
            let content = try reading.members.content(of: input, for: options)
            reading.last = (input, content)
            return content
        }
    }

    /// The settings that a line was made with: those of the folder now, or earlier ones.
    private func settings(
        of digest: String, _ state: inout State
    ) throws(EchoError) -> FolderSettings {
        if let known = state.settings[digest] { return known }
        let name = "run-\(digest).json"
        guard let earlier = try FolderSettings.read(folder, name) else {
            throw EchoError(
                .data,
                """
                \(folder)/\(name) is not there, and lines of its manifests were made with those settings. \
                Copy the whole folder, or embed the recordings again.
                """)
        }
        state.settings[digest] = earlier
        return earlier
    }
}
