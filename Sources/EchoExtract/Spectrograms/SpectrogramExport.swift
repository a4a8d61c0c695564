import EchoFormats
import EchoReport
import EchoSignal
import EchoStore
import EchoTensor

/// Recordings to spectrograms on disk, as pictures or as values, one recording after the other.
package struct SpectrogramExport: Sendable {
    /// What is written, and how.
    package struct Options: Sendable {
        package var target: SpectrogramTarget
        /// Seconds from where a recording begins, or from where its list says that it does; no end for its own.
        package var start = 0.0
        package var end: Double?
        /// How pictures look.
        package var style = SpectrogramChart.Style()
        /// Decibels that the colours span; nil for what each recording has.
        package var range: ClosedRange<Double>?

        package init(_ target: SpectrogramTarget) { self.target = target }
    }

    /// What became of the recordings.
    package struct Summary: Sendable {
        package let recordingCount: Int
        /// Recordings of which all that was asked for is written.
        package fileprivate(set) var writtenCount = 0
        /// The files' names and what they hold, if they are few.
        package fileprivate(set) var files: [String] = []
        /// Why recordings failed, and why something could not be searched for recordings; with its path.
        package fileprivate(set) var failures: [String]
        /// What is unusual about recordings; with their paths.
        package fileprivate(set) var notes: [String] = []
        package fileprivate(set) var isStopped = false
    }

    private let discovery: InputDiscovery
    private let reading: ReadingOptions
    private let options: Options

    package var warnings: [String] { discovery.warnings }
    package var skipped: SkippedFiles { discovery.skipped }

    /// Finds the recordings, and refuses what cannot be written.
    ///
    /// - Throws: ``EchoError`` if one does not exist, a list is malformed, two would write the same file, there are
    ///   several for one file, or a file would be written over the recording that it is of.
    package init(_ selection: InputSelection, _ options: Options) throws(EchoError) {
        var selection = selection
        selection.output = options.target.folder
        reading = selection.reading
        self.options = options
        discovery = try EchoError.translating {
            let discovery = try InputDiscovery(selection)
            let inputs = discovery.inputs
            guard let folder = options.target.folder else { return discovery }
            try NameCollisions.refuse(inputs.map(\.name), folder: folder) {
                (inputs[$0].overrides.channels ?? selection.reading.channels) == .each
            }
            return discovery
        }
        for input in discovery.inputs { try requireSupported(input) }
        guard case .file(let path, _) = options.target else { return }
        guard discovery.inputs.count == 1, discovery.problems.isEmpty else {
            throw EchoError(
                .usage,
                """
                \(discovery.inputs.count + discovery.problems.count) recordings for one file, \(path). Let \
                --output name a folder, with a slash at its end.
                """)
        }
        try EchoError.translating { try options.target.requireReplaceable(path) }
        if discovery.inputs[0].isFile(at: path) {
            throw EchoError(
                .usage, "\(path) is the recording itself. Let --output name another file.")
        }
    }

    private func requireSupported(_ input: Input) throws(EchoError) {
        switch (input.overrides.channels ?? reading.channels, options.target) {
        case (.concatenate, _):
            throw EchoError(
                .usage,
                """
                \(input.path): channels side by side are for embeddings, and have no spectrogram. Take \
                --channels each, for one each, or mean.
                """)
        case (.each, .file(let path, _)):
            throw EchoError(
                .usage,
                """
                \(input.path): --channels each makes a spectrogram of every channel, and \(path) is one file. \
                Let --output name a folder, with a slash at its end, or choose a channel with --channel.
                """)
        default: break
        }
    }

    /// Writes the spectrograms. A recording that cannot be read is noted, and the others are written; if it is to
    /// be the one file, that is an error.
    ///
    /// - Parameters:
    ///   - stop: Asks to stop: the recording in hand is given up.
    ///   - progress: Called after every recording.
    /// - Throws: ``EchoError`` if the device fails, or an output cannot be written.
    package func run(
        on echo: Echo, stop: StopRequest = StopRequest(),
        progress: (Extraction.Progress) -> Void = { _ in }
    ) throws(EchoError) -> Summary {
        stop.beginAwaiting()
        var summary = Summary(
            recordingCount: discovery.inputs.count, failures: discovery.problems.map { "\($0)" })
        var state = Extraction.Progress(totalCount: discovery.inputs.count)
        var members = ArchiveMembers()
        let reading = ReadingStop { stop.isAsked }
        for input in discovery.inputs {
            do throws(EchoError) {
                try EchoError.translating {
                    try ReadingStop.$current.withValue(reading) {
                        try write(input, &members, echo.engine, &summary, &state)
                    }
                }
            } catch {
                if stop.isAsked {
                    summary.isStopped = true
                    break
                }
                guard error.kind == .signal, options.target.folder != nil else { throw error }
                summary.failures.append(error.message)
            }
            state.finishedCount += 1
            progress(state)
        }
        return summary
    }

    private func write(
        _ input: Input, _ members: inout ArchiveMembers, _ engine: Engine,
        _ summary: inout Summary, _ state: inout Extraction.Progress
    ) throws {
        let part = input.narrowed(from: options.start, to: options.end)
        let content = try members.content(of: part, for: reading)
        let reader = try RecordingReader.open(part, content, reading)
        let spectrogram = SpectrogramReading(
            reader: reader, engine: engine, start: part.overrides.start ?? 0)
        let isEach = reader.channels == .each
        func path(_ channel: Int) throws -> String {
            let path = try options.target.path(of: input.name, channel: isEach ? channel : nil)
            try options.target.requireReplaceable(path)
            return path
        }
        switch options.target.format {
        case .npy:
            let shape: Shape = [spectrogram.grid.binCount, spectrogram.grid.frameCount]
            for (channel, values) in try spectrogram.values().enumerated() {
                try NPYFile.write(values, shape: shape, to: path(channel))
                summary.add(try path(channel), "float32 \(shape)")
            }
        case .png:
            let limit = SpectrogramChart.plotWidth(options.style)
            for (channel, columns) in try spectrogram.columns(limit: limit).enumerated() {
                let facts = SpectrogramFacts(
                    channel: isEach ? channel : nil, reader, columns)
                let picture = SpectrogramChart(
                    SpectrogramPicture(columns, range: options.range), caption: input.name,
                    facts: facts.text, style: options.style
                ).drawn()
                try SmallFile.replace(path(channel), with: picture.png())
                summary.add(try path(channel), "\(picture.width) x \(picture.height) pixels")
            }
        }
        if let note = reader.note { summary.notes.append("\(input.path): \(note)") }
        summary.writtenCount += 1
        state.segmentCount += reader.segmentCount * reader.outputChannelCount
        state.soundSeconds += reader.seconds
    }
}

extension SpectrogramExport.Summary {
    /// Files that a summary names; of more it says how many there are.
    private static let listedCount = 8

    fileprivate mutating func add(_ path: String, _ content: String) {
        if files.count < Self.listedCount { files.append("\(path): \(content)") }
    }
}

/// What stands above a picture, behind the recording's name: first what its colours hide.
private struct SpectrogramFacts {
    let text: String

    init(channel: Int?, _ reader: RecordingReader, _ columns: SpectrogramColumns) {
        var parts: [String] = []
        if columns.framesOfColumn > 1 {
            parts.append("maxima of \(columns.framesOfColumn) frames")
        }
        parts.append("\(reader.sampleRate) Hz")
        switch reader.channels {
        case .mean where reader.channelCount > 1:
            parts.append("mean of \(reader.channelCount) channels")
        case .first where reader.channelCount > 1: parts.append("channel 0")
        case .last where reader.channelCount > 1: parts.append("channel \(reader.channelCount - 1)")
        case .channel(let number): parts.append("channel \(number)")
        default: break
        }
        if let channel { parts.append("channel \(channel)") }
        text = parts.joined(separator: ", ")
    }
}
