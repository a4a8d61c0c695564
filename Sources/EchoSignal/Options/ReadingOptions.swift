import EchoFormats

/// How recordings, and signals that are not recordings, become samples.
public struct ReadingOptions: Hashable, Sendable {
    /// What becomes of several channels.
    public var channels: ChannelMode
    /// Samples per second of signals that bring no rate of their own, Hz: `.npy`, `.npz`, `.csv`,
    /// `.txt`, `.mat`. Recordings with a header keep theirs.
    public var sampleRate: Int?
    /// The rate that everything is converted to before it is embedded, Hz; nil for its own, which is
    /// what ECHO is made for.
    public var resample: Int?
    /// How text files are read: which columns are channels, where their time is, how they are written.
    public var csv: CSVOptions
    /// Whether files that no other reader takes by their ending are text, whatever they are called.
    public var text: Bool
    /// The variables of a `.mat` file that are the signal, by path (`x`, `bearing.gs`, `Y(7).Data`,
    /// `Y{3}`), perhaps with `*` and `?` for parts of names, or several with commas between: then each
    /// is a channel. nil for `*_DE_time`, or the only signal.
    public var matKey: String?
    /// The path of the number in a `.mat` file that is its sample rate, Hz; nil to be told.
    public var matRate: String?
    /// The name of the array in an `.npz` file that is the signal; nil for the only one that may be.
    public var npzKey: String?
    /// The name of the number in an `.npz` file that is its sample rate, Hz; nil to be told.
    public var npzRate: String?
    /// The channels of a `.tdms` file that are the signal: `group/channel`, with patterns and commas as in
    /// ``matKey``; nil for those of the only group.
    public var tdmsKey: String?
    /// How the numbers of arrays become samples.
    public var arrays: ArrayOptions
    /// What is in files without a header; nil if there are none.
    public var raw: RawFormat?
    /// Whether ffmpeg decodes what libsndfile does not read: `.m4a`, `.aac`, `.wma`, video.
    public var ffmpeg = false

    /// Hz that can be embedded.
    package static let sampleRates = Framing.supportedSampleRates

    /// Makes options; what is not given is as a plain recording needs it.
    public init(
        channels: ChannelMode = .mean, sampleRate: Int? = nil, resample: Int? = nil,
        csv: CSVOptions = CSVOptions(), text: Bool = false, matKey: String? = nil,
        raw: RawFormat? = nil, matRate: String? = nil, npzKey: String? = nil,
        npzRate: String? = nil, tdmsKey: String? = nil, arrays: ArrayOptions = ArrayOptions()
    ) {
        self.channels = channels
        self.sampleRate = sampleRate
        self.resample = resample
        self.csv = csv
        self.text = text
        self.matKey = matKey
        self.raw = raw
        self.matRate = matRate
        self.npzKey = npzKey
        self.npzRate = npzRate
        self.tdmsKey = tdmsKey
        self.arrays = arrays
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
        for case (let name, let text?) in [
            ("mat_rate", matRate), ("npz_key", npzKey), ("npz_rate", npzRate),
            ("tdms_key", tdmsKey), ("integer_scale", arrays.integerScale?.rawValue),
        ] {
            record.append(name, .string(text))
        }
        if ffmpeg { record.append("ffmpeg", .bool(true)) }
        if let axis = arrays.timeAxis { record.append("time_axis", .integer(axis)) }
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

    /// Reads `FORMAT:RATE:CHANNELS`, such as `f32le:25600:1` or `s16le:25.6k:1`; nil if it is not that.
    ///
    /// FORMAT is `s8`, `u8`, or one of `s16`, `s24`, `s32`, `f32`, `f64` with `le` or `be`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let format = SampleFormat(rawName: parts[0]),
            let rate = try? SampleRateText.hertz(parts[1]),
            Framing.supportedSampleRates.contains(rate),
            let channels = Int(parts[2]), (1...4096).contains(channels)
        else { return nil }
        (encoding, sampleRate, channelCount, self.format) = (parts[0], rate, channels, format)
    }

    /// `FORMAT:RATE:CHANNELS`.
    public var description: String { "\(encoding):\(sampleRate):\(channelCount)" }
}
