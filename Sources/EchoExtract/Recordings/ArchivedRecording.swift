import EchoFormats
import EchoReport
import EchoSignal
import EchoStore

/// A recording that was embedded, found again: its samples and its spectrogram.
///
/// All times are seconds from where that begins which was embedded: of a recording whose list gave a `start`, from there.
package struct ArchivedRecording: Sendable {
    /// Its line in the manifests.
    package let entry: ManifestEntry
    /// Where it lies now; for a member of an archive the archive's path, a slash and the member's name.
    package let path: String
    /// What is unusual about it now, such as another time of change: sentences; nil if nothing is.
    package let note: String?
    private let input: Input
    private let reading: ReadingOptions
    private let archive: RecordingArchive

    init(
        _ entry: ManifestEntry, _ input: Input, _ reading: ReadingOptions,
        in archive: RecordingArchive
    ) {
        (self.entry, self.input, self.reading) = (entry, input, reading)
        self.archive = archive
        path = input.path
        let modified = input.modified == 0 ? nil : Int(input.modified)
        note =
            modified == entry.source.modified
            ? nil
            : "It has the size that it had, and another time of change: a copy, or changed since it was embedded."
    }

    /// Its id, and the channel that the line is of; nil if it is of all of them.
    package var id: String { entry.source.id }
    package var channel: Int? { embedding?.channel }

    /// The file itself, for links: nil if it is inside an archive.
    package var file: String? {
        if case .file = input.source { input.path } else { nil }
    }

    /// Second of the file at which that begins which was embedded.
    package var start: Double { input.overrides.start ?? 0 }

    /// Seconds that were embedded; nil if it failed.
    package var seconds: Double? {
        embedding.map { Double($0.sampleCount) / Double($0.sampleRate) }
    }

    private var embedding: ManifestEntry.Embedding? {
        if case .embedded(let embedding) = entry.outcome { embedding } else { nil }
    }

    /// What was done with its channels; where channels are rows of their own, that of this line.
    package var channels: ChannelMode {
        if let channel { return .channel(channel) }
        return input.overrides.channels ?? reading.channels
    }

    /// All channels of a part, at the file's own rate, exactly as they are stored.
    ///
    /// - Parameters:
    ///   - start: Seconds; see the type.
    ///   - end: Likewise; nil for the end.
    /// - Throws: ``EchoError`` of kind `signal` if it cannot be read.
    package func samples(
        from start: Double = 0, to end: Double? = nil
    ) throws(EchoError) -> SoundSamples {
        do throws(SignalError) {
            return try SoundSamples.read(input, content(), reading, from: start, to: end)
        } catch {
            throw EchoError(error)
        }
    }

    /// What was embedded of a part, to listen to: the channel, or the average of all.
    ///
    /// - Throws: As ``samples(from:to:)`` does.
    package func heard(
        from start: Double = 0, to end: Double? = nil
    ) throws(EchoError) -> SoundSamples {
        let samples = try samples(from: start, to: end)
        guard let used = channels.channels(of: samples.channelCount), used.count == 1 else {
            return samples.averaged()
        }
        return samples.channel(used.lowerBound)
    }

    /// The spectrogram that the encoder saw of a part, computed on the CPU path: of the channel, or of the average.
    ///
    /// - Parameters:
    ///   - limit: Columns that there are to be at most.
    ///   - start: Seconds; see the type.
    ///   - end: Likewise; nil for the end.
    /// - Throws: As ``samples(from:to:)`` does, and if the part is shorter than a window.
    package func spectrogram(
        limit: Int, from start: Double = 0, to end: Double? = nil
    ) throws(EchoError) -> SpectrogramColumns {
        // Channels side by side have a spectrogram each: here it is that of their average.
        let mode: ChannelMode = channels == .concatenate || channels == .each ? .mean : channels
        let part = input.narrowed(from: start, to: end, channels: mode)
        let reader: RecordingReader
        do throws(SignalError) {
            reader = try RecordingReader.open(part, content(), reading)
        } catch {
            throw EchoError(error)
        }
        return try SpectrogramReading(
            reader: reader, engine: SpectrogramReading.cpuEngine, start: part.overrides.start ?? 0
        ).columns(limit: limit)[0]
    }

    private func content() throws(SignalError) -> SignalContent {
        try archive.content(of: input, reading)
    }
}
