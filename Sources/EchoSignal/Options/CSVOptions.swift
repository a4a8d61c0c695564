import EchoFormats

/// How text files are read. What is not told is found in the file, and a file that can be read in two
/// ways is refused with both of them named.
public struct CSVOptions: Hashable, Sendable {
    /// What a timestamp column counts.
    public enum TimeUnit: String, Hashable, Sendable, CaseIterable {
        /// Seconds.
        case s
        /// Milliseconds.
        case ms
        /// Microseconds.
        case us
        /// Nanoseconds.
        case ns

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

    /// What stands between the whole and the fraction of a number.
    public enum DecimalMark: String, Hashable, Sendable, CaseIterable {
        /// As in 0.5.
        case point = "."
        /// As in 0,5.
        case comma = ","

        var byte: UInt8 { self == .point ? CSVNumber.point : CSVNumber.comma }
    }

    /// What stands between the fields of a row.
    public struct Delimiter: Hashable, Sendable, RawRepresentable {
        /// One character, `tab` or `blanks`.
        public let rawValue: String

        /// One character of ASCII that no number has; `tab`; or `blanks` (also a space), which are any
        /// number of spaces and tabs. Nil for anything else.
        public init?(rawValue: String) {
            switch rawValue {
            case "\t", "\\t", "tab": self.rawValue = "tab"
            case " ", "blanks", "space": self.rawValue = "blanks"
            default:
                guard let byte = rawValue.utf8.first, rawValue.utf8.count == 1,
                    (0x21...0x7E).contains(byte), !"0123456789+-.eE\"".utf8.contains(byte)
                else { return nil }
                self.rawValue = rawValue
            }
        }

        var reader: CSVReader.Delimiter {
            switch rawValue {
            case "tab": .byte(0x09)
            case "blanks": .blanks
            default: .byte(rawValue.utf8.first ?? CSVNumber.comma)
            }
        }
    }

    /// Columns that are channels, in this order: names in the header, or numbers from 0. Nil for all
    /// columns of numbers but those that count time or rows: the timestamp column, and every column
    /// that rises, or falls, by even steps from the first row to the last.
    public var columns: [String]?
    /// The timestamp column, by name or number, which is no channel; `none` if no column counts
    /// anything, however evenly it rises. Nil to find it by its name (`time`, `timestamp`, `t`,
    /// `Zeit`, `X_Value`, ...) or by its even steps.
    public var timeColumn: String?
    /// Takes the sample rate from the timestamp column, which counts in this unit; nil to be told.
    /// Timestamps that are not even to the last row are an error; where their resolution leaves several
    /// rates, a common or round one of them is taken.
    public var rateFromTime: TimeUnit?
    /// What parts the fields; nil to find it: a tab, `;`, `,` or blanks.
    public var delimiter: Delimiter?
    /// The decimal mark; nil to find it.
    public var decimal: DecimalMark?
    /// Lines at the start of a file that are left out, empty ones too. Lines before the first row of
    /// numbers are left out without it, if it is plain that they are none.
    public var skip: Int

    /// Makes options.
    public init(
        columns: [String]? = nil, timeColumn: String? = nil, rateFromTime: TimeUnit? = nil,
        delimiter: Delimiter? = nil, decimal: DecimalMark? = nil, skip: Int = 0
    ) {
        self.columns = columns
        self.timeColumn = timeColumn
        self.rateFromTime = rateFromTime
        self.delimiter = delimiter
        self.decimal = decimal
        self.skip = skip
    }

    /// Adds what changes embeddings; defaults are left out.
    func add(to record: inout JSONObject) {
        if let columns { record.append("csv_columns", .array(columns.map(JSONValue.string))) }
        if let timeColumn { record.append("csv_time", .string(timeColumn)) }
        if let rateFromTime { record.append("csv_rate", .string(rateFromTime.rawValue)) }
        if let delimiter { record.append("csv_delimiter", .string(delimiter.rawValue)) }
        if let decimal { record.append("csv_decimal", .string(decimal.rawValue)) }
        if skip > 0 { record.append("csv_skip", .integer(skip)) }
    }
}
