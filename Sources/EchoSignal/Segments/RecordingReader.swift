import EchoFormats

/// The segments of a recording, or of a signal in memory, one after the other.
///
/// Opening makes a first pass over the samples: it counts them, because headers lie, finds each
/// output channel's mean and refuses what cannot be embedded. A second pass yields the segments;
/// a recording of one segment is kept from the first. At most a segment and a block of samples are
/// held for each output channel, however long the recording.
package final class RecordingReader {
    package let path: String
    package let framing: Framing
    /// Channels of the recording, and signals that it yields.
    package let channelCount: Int
    package let outputChannelCount: Int
    /// Samples of each channel, as counted.
    package let sampleCount: Int
    /// Samples of each channel that the header promised; nil if it does not say.
    package let declaredFrameCount: Int?
    /// What is unusual about the input; nil if nothing is.
    package let note: String?
    /// Of a file with columns those that it yields, or averages, in order; nil if there is nothing
    /// to choose.
    package let columns: [String]?
    /// STFT frames of each channel.
    package let totalFrameCount: Int
    /// The most samples that were ever held for one output channel.
    package private(set) var peakBufferedSampleCount: Int

    /// What becomes of the channels.
    package let channels: ChannelMode
    private let source: any SampleSource
    private let segments: [Range<Int>]
    private let sums: [Double]
    private let means: [Double]
    private var pass: SignalPass?
    private var buffers: ChannelBuffers
    /// Segments yielded so far, over all channels.
    private var position = 0

    /// Opens an input and makes the first pass.
    ///
    /// - Parameters:
    ///   - input: What to open; what its manifest says of it goes before `options`.
    ///   - content: Where its bytes are; for a member of an archive its copy.
    ///   - isUnwanted: Asked now and then by what takes long; it ends if nobody wants it any more.
    ///   - surveyed: Told for each block which share of the samples the first pass has read: rising, at the end 1,
    ///     and nothing before that if no header says how many there are.
    /// - Throws: ``SignalError`` if it cannot be read or embedded.
    package static func open(
        _ input: Input, _ content: SignalContent, _ options: ReadingOptions = ReadingOptions(),
        isUnwanted: () -> Bool = { false }, surveyed: (_ share: Double) -> Void = { _ in }
    ) throws(SignalError) -> RecordingReader {
        let opened = try SourceOpening(options, input.overrides).open(content, isUnwanted)
        return try RecordingReader(opened.source, opened.channels, surveyed)
    }

    /// Opens the file at `path` and makes the first pass.
    ///
    /// - Throws: ``SignalError`` if it cannot be read or embedded.
    package static func open(
        path: String, channels: ChannelMode
    ) throws(SignalError) -> RecordingReader {
        try open(path: path, ReadingOptions(channels: channels))
    }

    /// Opens the file at `path` and makes the first pass.
    ///
    /// - Throws: ``SignalError`` if it cannot be read or embedded.
    package static func open(
        path: String, _ options: ReadingOptions
    ) throws(SignalError) -> RecordingReader {
        try open(Input(path: path, name: path), SignalContent(path: path), options)
    }

    /// The segments of a mono signal in memory, by the same arithmetic.
    ///
    /// - Parameters:
    ///   - sampleRate: Hz.
    ///   - name: What errors call the signal.
    package static func open(
        signal: [Float], sampleRate: Int, name: String = "signal"
    ) throws(SignalError) -> RecordingReader {
        try open(MemorySource(signal, sampleRate: sampleRate, name: name))
    }

    /// The segments of a source of one channel, by the same arithmetic.
    package static func open(_ source: any SampleSource) throws(SignalError) -> RecordingReader {
        try RecordingReader(source, .first) { _ in }
    }

    private init(
        _ source: any SampleSource, _ mode: ChannelMode, _ surveyed: (Double) -> Void
    ) throws(SignalError) {
        guard Framing.supportedSampleRates.contains(source.sampleRate) else {
            throw SignalError(path: source.path, .sampleRate(source.sampleRate))
        }
        guard source.channelCount > 0 else { throw SignalError(path: source.path, .empty) }
        let framing = Framing(sampleRate: source.sampleRate)
        let survey = try SignalSurvey(source, mode, framing, surveyed)
        let frames = framing.frameCount(sampleCount: survey.sampleCount)
        path = source.path
        channelCount = source.channelCount
        outputChannelCount = survey.sums.count
        sampleCount = survey.sampleCount
        declaredFrameCount = source.declaredFrameCount
        note = source.note
        columns = mode.channels(of: source.channelCount).flatMap { used in
            source.columns.map { Array($0[used]) }
        }
        totalFrameCount = frames
        segments = framing.segments(frameCount: frames)
        sums = survey.sums
        means = survey.sums.map { SegmentSamples.rounded(mean: $0 / Double(survey.sampleCount)) }
        buffers = survey.buffers
        peakBufferedSampleCount = survey.peakBufferedSampleCount
        self.framing = framing
        self.source = source
        channels = mode
    }

    /// Hz.
    package var sampleRate: Int { framing.sampleRate }

    package var seconds: Double { Double(sampleCount) / Double(sampleRate) }

    /// Segments of each output channel.
    package var segmentCount: Int { segments.count }

    /// Rows of each output channel's segment embedding.
    package var segmentRowCount: Int { Framing.totalRowCount(frameCount: totalFrameCount) }

    /// Whether the last segment was given out.
    package var isAtEnd: Bool { position == segments.count * outputChannelCount }

    /// The next segment, nil after the last: segment 0 of every output channel, then segment 1.
    ///
    /// - Throws: ``SignalError`` if the file is no longer what the first pass read.
    package func next() throws(SignalError) -> SignalSegment? {
        let (index, channel) = position.quotientAndRemainder(dividingBy: outputChannelCount)
        guard index < segments.count else { return nil }
        let range = framing.sampleRange(of: segments[index])
        if channel == 0, segments.count > 1 {
            // Where the segment before is still in use, it keeps what it has.
            try SampleMemory.require(8 * range.count * outputChannelCount, for: path)
            try fill(range)
            if index == segments.count - 1 { try finish() }
        }
        position += 1
        let segment = SignalSegment(
            signal: buffers.samples(range, of: channel, mean: means[channel]), framing: framing,
            frameCount: segments[index].count,
            channel: channel, index: index, segmentCount: segments.count)
        if isAtEnd { buffers.removeAll() }
        return segment
    }

    /// Reads until the buffers hold `range`; what lies before it is dropped.
    private func fill(_ range: Range<Int>) throws(SignalError) {
        if pass == nil {
            try source.rewind()
            pass = try SignalPass(source, channels)
        }
        buffers.drop(before: range.lowerBound)
        while buffers.end < range.upperBound {
            try advance()
            guard let pass, pass.blockCount > 0 else { throw lengthChanged() }
            peakBufferedSampleCount = max(peakBufferedSampleCount, buffers.count)
        }
    }

    /// Reads what is left after the last segment and compares both passes.
    private func finish() throws(SignalError) {
        while let count = pass?.blockCount, count > 0 {
            try advance()
            if let pass, pass.sampleCount > sampleCount { throw lengthChanged() }
        }
        guard pass?.sampleCount == sampleCount else { throw lengthChanged() }
        guard pass?.sums == sums else {
            throw SignalError(path: path, .changed("its samples are not those of the first pass"))
        }
        pass = nil
    }

    /// A sample that the first pass did not find means that the file is another now.
    private func advance() throws(SignalError) {
        do throws(SignalError) {
            _ = try pass?.advance(into: &buffers)
        } catch {
            throw error.nature == .lasting ? SignalError(path: path, .changed(error.reason)) : error
        }
    }

    private func lengthChanged() -> SignalError {
        let found = pass?.sampleCount ?? 0
        let text = found > sampleCount ? "more than \(sampleCount)" : "\(found)"
        return SignalError(path: path, .changed("\(sampleCount.counted("sample")) became \(text)"))
    }
}
