/// Makes samples of an input: chooses its reader, cuts out the part that is asked for, and converts
/// the sample rate.
struct SourceOpening {
    private let options: ReadingOptions
    private let overrides: InputOverrides
    private let channels: ChannelMode

    /// - Parameter overrides: What a manifest says of this input alone.
    init(_ options: ReadingOptions, _ overrides: InputOverrides) {
        self.options = overrides.applied(to: options)
        self.overrides = overrides
        channels = self.options.channels
    }

    /// - Returns: The samples, and what becomes of their channels.
    /// - Throws: ``SignalError`` if they cannot be read.
    func open(
        _ content: SignalContent, _ isUnwanted: () -> Bool = { false }
    ) throws(SignalError) -> (source: any SampleSource, channels: ChannelMode) {
        var source = try reader(content, isUnwanted)
        if let told = overrides.sampleRate, told != source.sampleRate {
            throw content.error(.otherSampleRate(told: told, header: source.sampleRate))
        }
        guard source.channelCount > 0 else { throw content.error(.empty) }
        if overrides.start != nil || overrides.end != nil {
            source = try RangeSource(source, start: overrides.start ?? 0, end: overrides.end)
        }
        guard let rate = options.resample, rate != source.sampleRate else {
            return (source, channels)
        }
        guard let used = channels.channels(of: source.channelCount) else {
            throw content.error(
                .channel(channels.rawValue, channelCount: source.channelCount))
        }
        source = try ResampledSource(source, channels: used, to: rate)
        // What is left of them is what was asked for: the only one, or all.
        return (source, used.count == 1 && channels != .each ? .mean : channels)
    }

    private func reader(
        _ content: SignalContent, _ isUnwanted: () -> Bool
    ) throws(SignalError) -> any SampleSource {
        let format = SignalFormat(
            path: content.path, hasRaw: options.raw != nil, isText: options.text)
        // Their readers cannot say that a file is empty, away or no file at all.
        if [.csv, .mat, .npz].contains(format) { _ = try ByteFile(content) }
        switch format {
        case .recording:
            return try SoundOpening.open(content, usesFFmpeg: options.ffmpeg, isUnwanted)
        case .npy:
            return try NPYFile.open(
                content, options.arrays, sampleRate: rate("an .npy file", content))
        case .npz: return try NPZFile.open(content, options, sampleRate: toldRate)
        case .mat: return try MatFile.open(content, options, sampleRate: toldRate)
        case .tdms: return try TDMSFile.open(content, options, sampleRate: toldRate)
        case .csv:
            // As of arrays: a rate that the file tells, where an option says how, goes before one that
            // is told; what a row tells is held against it.
            let isTimed = options.csv.rateFromTime != nil
            return try CSVSource(content, options.csv, sampleRate: isTimed ? nil : toldRate)
        case .raw:
            // Chosen because there is a format.
            if let raw = options.raw {
                // In place of the run's format's rate; one of the same row is held against it.
                let told = overrides.raw == nil ? overrides.sampleRate : nil
                return try RawSource(content, raw, told)
            } else {
                return try SoundOpening.open(content, usesFFmpeg: options.ffmpeg, isUnwanted)
            }
        }
    }

    private var toldRate: Int? { overrides.sampleRate ?? options.sampleRate }

    /// The rate of a signal that brings none.
    private func rate(_ format: String, _ content: SignalContent) throws(SignalError) -> Int {
        guard let rate = toldRate else {
            throw content.error(.noSampleRate(format: format))
        }
        return rate
    }
}
