/// What the header of an input says of its length and shape: no sample is decoded.
///
/// Headers may lie, so an extraction counts the samples itself; what is planned goes by the header.
package struct SignalHeader: Hashable, Sendable {
    /// Hz, after resampling where that was asked for.
    package let sampleRate: Int
    /// Samples of each channel of the part that is to be embedded; nil if the header does not say.
    package let sampleCount: Int?
    /// Channels that the device embeds.
    package let embeddedChannelCount: Int
    /// Embeddings that come out; with `concatenate` one of all channels.
    package let outputCount: Int

    /// Opens an input and looks at its header.
    ///
    /// - Parameters:
    ///   - content: Where its bytes are.
    ///   - reading: How it is read; what a manifest says of the input goes first.
    /// - Throws: ``SignalError`` if it cannot be opened, or is of a rate or has channels that cannot be embedded.
    package static func read(
        _ input: Input, _ content: SignalContent, _ reading: ReadingOptions
    ) throws(SignalError) -> SignalHeader {
        // The part and the new rate are worked out here: opening them reads samples.
        var whole = input.overrides
        (whole.start, whole.end) = (nil, nil)
        var options = reading
        options.resample = nil
        let (source, channels) = try SourceOpening(options, whole).open(content)
        let rate = reading.resample ?? source.sampleRate
        guard Framing.supportedSampleRates.contains(rate) else {
            throw content.error(.sampleRate(rate))
        }
        guard let used = channels.channels(of: source.channelCount) else {
            throw content.error(.channel(channels.rawValue, channelCount: source.channelCount))
        }
        let outputs = channels.outputCount(channelCount: used.count)
        let seconds = source.declaredFrameCount.map {
            part(of: Double($0) / Double(source.sampleRate), input.overrides)
        }
        return SignalHeader(
            sampleRate: rate, sampleCount: seconds.map { Int(($0 * Double(rate)).rounded()) },
            embeddedChannelCount: outputs, outputCount: channels == .each ? outputs : 1)
    }

    /// Seconds that are left of a recording of so many.
    private static func part(of seconds: Double, _ overrides: InputOverrides) -> Double {
        let end = min(overrides.end ?? seconds, seconds)
        return max(0, end - (overrides.start ?? 0))
    }

    /// Whether looking at the header of an input is as quick as opening a file: text, MATLAB and NumPy archives are
    /// read to know their length, and ffmpeg decodes.
    package static func isCheap(_ input: Input, _ reading: ReadingOptions) -> Bool {
        let options = input.overrides.applied(to: reading)
        let format = SignalFormat(
            path: input.path, hasRaw: options.raw != nil, isText: options.text)
        return [.recording, .npy, .raw, .tdms].contains(format) && !options.ffmpeg
    }
}
