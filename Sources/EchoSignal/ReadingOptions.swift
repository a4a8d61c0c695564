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
    /// Which columns of text files are channels, and where their time is.
    public var csv: CSVOptions
    /// The variable of a `.mat` file that is the signal, perhaps with `*` and `?` for parts of its
    /// name; nil for `*_DE_time`, or the only vector of numbers.
    public var matKey: String?
    /// What is in files without a header; nil where there are none.
    public var raw: RawFormat?
    /// Whether ffmpeg decodes what libsndfile does not read: `.m4a`, `.aac`, `.wma`, video.
    public var ffmpeg = false

    /// Hz that can be embedded.
    package static let sampleRates = Framing.supportedSampleRates

    /// Makes options; what is not given is as a plain recording needs it.
    public init(
        channels: ChannelMode = .mean, sampleRate: Int? = nil, resample: Int? = nil,
        csv: CSVOptions = CSVOptions(), matKey: String? = nil, raw: RawFormat? = nil
    ) {
        self.channels = channels
        self.sampleRate = sampleRate
        self.resample = resample
        self.csv = csv
        self.matKey = matKey
        self.raw = raw
    }

    /// Every option that changes embeddings, for a record of how they were made; defaults left out.
    package var record: JSONObject {
        var record: JSONObject = ["channels": .string(channels.rawValue)]
        if let sampleRate { record.append("sample_rate", .integer(sampleRate)) }
        if let resample { record.append("resample", .integer(resample)) }
        if let columns = csv.columns {
            record.append("csv_columns", .array(columns.map(JSONValue.string)))
        }
        if let time = csv.timeColumn { record.append("csv_time", .string(time)) }
        if let unit = csv.rateFromTime { record.append("csv_rate", .string(unit.rawValue)) }
        if let matKey { record.append("mat_key", .string(matKey)) }
        if let raw { record.append("raw", .string(raw.description)) }
        if ffmpeg { record.append("ffmpeg", .bool(true)) }
        return record
    }
}

/// Which columns of a text file are what.
public struct CSVOptions: Hashable, Sendable {
    /// What a timestamp column counts.
    public enum TimeUnit: String, Hashable, Sendable, CaseIterable {
        case s, ms, us, ns

        /// Units in a second.
        var perSecond: Double {
            switch self {
            case .s: 1
            case .ms: 1e3
            case .us: 1e6
            case .ns: 1e9
            }
        }
    }

    /// Columns that are channels, in this order: names in the header, or numbers from 0; nil for all
    /// but the timestamp.
    public var columns: [String]?
    /// The timestamp column, by name or number, which is no channel; `none` where there is none; nil
    /// to recognise it by its name (`time`, `timestamp`, `t`, ...), or, without a header, by even
    /// steps in the first column.
    public var timeColumn: String?
    /// Takes the sample rate from the timestamp column, which counts in this unit; nil to be told.
    public var rateFromTime: TimeUnit?

    /// Makes options.
    public init(
        columns: [String]? = nil, timeColumn: String? = nil, rateFromTime: TimeUnit? = nil
    ) {
        self.columns = columns
        self.timeColumn = timeColumn
        self.rateFromTime = rateFromTime
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
