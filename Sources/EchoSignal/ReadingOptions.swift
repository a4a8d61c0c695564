import EchoFormats

/// How recordings, and signals that are not recordings, become samples.
public struct ReadingOptions: Hashable, Sendable {
    /// What becomes of several channels.
    public var channels: ChannelMode
    /// Samples per second of signals that bring no rate of their own, Hz: `.npy`, `.csv`, `.txt`,
    /// `.mat`. Recordings with a header keep theirs.
    public var sampleRate: Int?
    /// The rate that everything is converted to before it is embedded, Hz; nil for its own, which is
    /// what ECHO is made for.
    public var resample: Int?
    /// How text files are read: which columns are channels, where their time is, how they are written.
    public var csv: CSVOptions
    /// Whether files that no other reader takes by their ending are text, whatever they are called.
    public var text: Bool
    /// The variable of a `.mat` file that is the signal, perhaps with `*` and `?` for parts of its
    /// name; nil for `*_DE_time`, or the only vector of numbers.
    public var matKey: String?
    /// What is in files without a header; nil where there are none.
    public var raw: RawFormat?

    /// Hz that can be embedded.
    package static let sampleRates = Framing.supportedSampleRates

    /// Makes options; what is not given is as a plain recording needs it.
    public init(
        channels: ChannelMode = .mean, sampleRate: Int? = nil, resample: Int? = nil,
        csv: CSVOptions = CSVOptions(), text: Bool = false, matKey: String? = nil,
        raw: RawFormat? = nil
    ) {
        self.channels = channels
        self.sampleRate = sampleRate
        self.resample = resample
        self.csv = csv
        self.text = text
        self.matKey = matKey
        self.raw = raw
    }

    /// Every option that changes embeddings, for a record of how they were made; defaults left out.
    package var record: JSONObject {
        var record: JSONObject = ["channels": .string(channels.rawValue)]
        if let sampleRate { record.append("sample_rate", .integer(sampleRate)) }
        if let resample { record.append("resample", .integer(resample)) }
        csv.add(to: &record)
        if text { record.append("text", .bool(true)) }
        if let matKey { record.append("mat_key", .string(matKey)) }
        if let raw { record.append("raw", .string(raw.description)) }
        return record
    }
}

/// Samples without a header: what they are, their rate and their channels.
public struct RawFormat: Hashable, Sendable, CustomStringConvertible {
    /// `s16le`, `f32le`, ...
    public let encoding: String
    /// Hz.
    public let sampleRate: Int
    /// Interleaved channels.
    public let channelCount: Int
    let format: SampleFormat

    /// Reads `FORMAT:RATE:CHANNELS`, such as `f32le:25600:1`; nil where it is not that.
    ///
    /// FORMAT is `s8`, `u8`, or one of `s16`, `s24`, `s32`, `f32`, `f64` with `le` or `be`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let format = SampleFormat(rawName: parts[0]),
            let rate = Int(parts[1]), Framing.supportedSampleRates.contains(rate),
            let channels = Int(parts[2]), (1...4096).contains(channels)
        else { return nil }
        (encoding, sampleRate, channelCount, self.format) = (parts[0], rate, channels, format)
    }

    /// `FORMAT:RATE:CHANNELS`.
    public var description: String { "\(encoding):\(sampleRate):\(channelCount)" }
}
