import CSoxr

/// A source at another sample rate, by libsoxr's very high quality recipe (28 bits, linear phase).
///
/// Streaming, and always in pieces of the same size, so that the result does not depend on how much
/// is asked for at a time. Everything downstream, the mean that is removed among it, is of the
/// resampled signal.
final class ResampledSource: SampleSource {
    let sampleRate: Int
    private let source: any SampleSource
    private let channels: Range<Int>
    private var resampler: OpaquePointer?
    /// A piece of the source; of it the channels that are listened to; and what came of them.
    private var interleaved: [Float]
    private var input: [Float]
    private var output: [Float]
    /// Samples of `output`, all channels, that are there, and that were read.
    private var outputCount = 0
    private var outputPosition = 0
    private var inputPosition = 0
    private var isAtEnd = false

    /// Samples of a channel that go through libsoxr at a time.
    private static let pieceLength = 8192

    /// - Parameters:
    ///   - channels: The channels of `source` to convert; the others are dropped.
    ///   - sampleRate: Hz.
    /// - Throws: ``SignalError`` if libsoxr refuses, or `sampleRate` cannot be embedded.
    init(
        _ source: any SampleSource, channels: Range<Int>, to sampleRate: Int
    ) throws(SignalError) {
        let supported = Framing.supportedSampleRates
        for rate in [source.sampleRate, sampleRate] where !supported.contains(rate) {
            throw SignalError(path: source.path, .sampleRate(rate))
        }
        self.source = source
        self.sampleRate = sampleRate
        self.channels = channels
        let ratio = Double(sampleRate) / Double(source.sampleRate)
        let length = Int((Double(Self.pieceLength) * ratio).rounded(.up)) + 1
        interleaved = Array(repeating: 0, count: Self.pieceLength * source.channelCount)
        input = Array(repeating: 0, count: Self.pieceLength * channels.count)
        output = Array(repeating: 0, count: length * channels.count)
        try makeResampler()
    }

    deinit { soxr_delete(resampler) }

    var path: String { source.path }
    var channelCount: Int { channels.count }
    var note: String? { source.note }
    var columns: [String]? { source.columns.map { Array($0[channels]) } }

    func rewind() throws(SignalError) {
        try source.rewind()
        try makeResampler()
        (outputCount, outputPosition, inputPosition, isAtEnd) = (0, 0, 0, false)
    }

    func read(into block: inout [Float]) throws(SignalError) -> Int {
        let wanted = block.count / channelCount * channelCount
        var filled = 0
        while filled < wanted {
            if outputPosition == outputCount, try !advance() { break }
            let count = min(wanted - filled, outputCount - outputPosition)
            block.replaceSubrange(
                filled..<filled + count, with: output[outputPosition..<outputPosition + count])
            filled += count
            outputPosition += count
        }
        return filled / channelCount
    }

    /// Fills `output` again; false at the end.
    private func advance() throws(SignalError) -> Bool {
        (outputCount, outputPosition) = (0, 0)
        while outputCount == 0 {
            if isAtEnd {
                let count = try process(nil)
                outputCount = count * channelCount
                return count > 0
            }
            let count = try readPiece()
            isAtEnd = count == 0
            if count > 0 { outputCount = try process(count) * channelCount }
        }
        return true
    }

    /// Fills `input` as far as the source goes; returns samples of each channel.
    private func readPiece() throws(SignalError) -> Int {
        var filled = 0
        while filled < Self.pieceLength {
            try ReadingStop.check(path)
            let size = (Self.pieceLength - filled) * source.channelCount
            if interleaved.count != size { interleaved = Array(repeating: 0, count: size) }
            let count = try source.read(into: &interleaved)
            if count == 0 { break }
            try take(count, at: filled)
            filled += count
        }
        return filled
    }

    /// Copies the channels that are listened to into `input`; a sample that cannot be used would
    /// spoil all around it, so it is found here.
    private func take(_ count: Int, at filled: Int) throws(SignalError) {
        var place = filled * channelCount
        for index in 0..<count {
            for channel in channels {
                let value = interleaved[index * source.channelCount + channel]
                guard value.magnitude <= SignalPass.sampleLimit else {
                    let position = inputPosition + index
                    throw SignalError(
                        path: path,
                        value.isFinite
                            ? .tooLarge(index: position, channel: channel, value: value)
                            : .notFinite(index: position, channel: channel, value: value))
                }
                input[place] = value
                place += 1
            }
        }
        inputPosition += count
    }

    /// Sends `count` samples of each channel, or the end, through libsoxr; returns how many came.
    private func process(_ count: Int?) throws(SignalError) -> Int {
        var (used, made) = (0, 0)
        let capacity = output.count / channelCount
        let error = input.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                soxr_process(
                    resampler, count == nil ? nil : UnsafeRawPointer(input.baseAddress),
                    count ?? 0, &used, UnsafeMutableRawPointer(output.baseAddress), capacity,
                    &made)
            }
        }
        if let error { throw SignalError(path: path, .resampling(String(cString: error))) }
        guard used == count ?? 0 else {
            throw SignalError(path: path, .resampling("libsoxr took \(used) of \(count ?? 0)"))
        }
        return made
    }

    private func makeResampler() throws(SignalError) {
        soxr_delete(resampler)
        var error: soxr_error_t?
        var formats = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
        var quality = soxr_quality_spec(UInt(SOXR_VHQ), 0)
        var runtime = soxr_runtime_spec(1)
        resampler = soxr_create(
            Double(source.sampleRate), Double(sampleRate), UInt32(channelCount), &error, &formats,
            &quality, &runtime)
        if let error { throw SignalError(path: path, .resampling(String(cString: error))) }
    }
}
