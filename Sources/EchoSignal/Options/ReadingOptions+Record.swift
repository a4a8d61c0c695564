import EchoFormats

extension ReadingOptions {
    /// A member of a record whose value is none that this release writes.
    package struct UnknownMember: Error, Hashable, Sendable {
        package let name: String
    }

    /// The options that a ``record`` holds; members that are no reading option are passed over.
    ///
    /// Every option of ``record`` has to be read here, or a folder does not go on as it was begun: then
    /// it is refused, since the record is written again and compared.
    ///
    /// - Throws: ``UnknownMember`` if a value is not what that option takes.
    package init(record: JSONObject) throws(UnknownMember) {
        func read<Value>(
            _ key: String, _ value: (JSONValue) -> Value?
        ) throws(UnknownMember) -> Value? {
            guard let member = record[key] else { return nil }
            guard let value = value(member) else { throw UnknownMember(name: key) }
            return value
        }
        func text(_ value: JSONValue) -> String? {
            if case .string(let text) = value { text } else { nil }
        }
        func integer(_ value: JSONValue) -> Int? {
            if case .number(let text) = value { Int(text) } else { nil }
        }
        func texts(_ value: JSONValue) -> [String]? {
            guard case .array(let values) = value else { return nil }
            let found = values.compactMap(text)
            return found.count == values.count ? found : nil
        }
        self.init()
        channels = try read("channels") { text($0).flatMap { ChannelMode(rawValue: $0) } } ?? .mean
        sampleRate = try read("sample_rate", integer)
        resample = try read("resample", integer)
        csv.columns = try read("csv_columns", texts)
        csv.timeColumn = try read("csv_time", text)
        csv.rateFromTime = try read("csv_rate") { text($0).flatMap(CSVOptions.TimeUnit.init) }
        csv.delimiter = try read("csv_delimiter") {
            text($0).flatMap(CSVOptions.Delimiter.init(rawValue:))
        }
        csv.decimal = try read("csv_decimal") {
            text($0).flatMap(CSVOptions.DecimalMark.init(rawValue:))
        }
        csv.skip = try read("csv_skip", integer) ?? 0
        self.text = try read("text") { $0 == .bool(true) ? true : nil } ?? false
        ffmpeg = try read("ffmpeg") { $0 == .bool(true) ? true : nil } ?? false
        matKey = try read("mat_key", text)
        matRate = try read("mat_rate", text)
        npzKey = try read("npz_key", text)
        npzRate = try read("npz_rate", text)
        tdmsKey = try read("tdms_key", text)
        arrays.timeAxis = try read("time_axis", integer)
        arrays.integerScale = try read("integer_scale") {
            text($0).flatMap(ArrayOptions.IntegerScale.init(rawValue:))
        }
        raw = try read("raw") { text($0).flatMap { RawFormat($0) } }
    }
}
