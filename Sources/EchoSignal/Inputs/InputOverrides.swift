import EchoFormats

/// What a manifest says of one input, in place of what the run says of all.
package struct InputOverrides: Hashable, Sendable {
    /// Hz.
    package var sampleRate: Int?
    package var channels: ChannelMode?
    /// Seconds from the start of the recording: where the part to embed starts, and where it ends.
    package var start: Double?
    package var end: Double?
    /// As the options of these names.
    package var csvColumns: [String]?
    package var matKey: String?
    package var raw: RawFormat?
    /// Other options, by the names and with the values of ``ReadingOptions/record``: those of
    /// ``ColumnName/isOption``.
    package private(set) var options = JSONObject()

    package init(
        sampleRate: Int? = nil, channels: ChannelMode? = nil, start: Double? = nil,
        end: Double? = nil, csvColumns: [String]? = nil, matKey: String? = nil,
        raw: RawFormat? = nil
    ) {
        self.sampleRate = sampleRate
        self.channels = channels
        self.start = start
        self.end = end
        self.csvColumns = csvColumns
        self.matKey = matKey
        self.raw = raw
    }

    /// Sets an option.
    ///
    /// - Throws: ``ReadingOptions/UnknownMember`` if that is no value of it.
    mutating func set(_ option: String, _ value: JSONValue) throws(ReadingOptions.UnknownMember) {
        _ = try ReadingOptions(record: [option: value])
        options = Self.merged(options, [option: value])
    }

    /// The members of one, and what only the other has.
    private static func merged(_ others: JSONObject, _ own: JSONObject) -> JSONObject {
        JSONObject(others.members.filter { own[$0.key] == nil } + own.members)
    }

    /// These, and where they say nothing the others.
    func orElse(_ others: InputOverrides) -> InputOverrides {
        var both = InputOverrides(
            sampleRate: sampleRate ?? others.sampleRate, channels: channels ?? others.channels,
            start: start ?? others.start, end: end ?? others.end,
            csvColumns: csvColumns ?? others.csvColumns, matKey: matKey ?? others.matKey,
            raw: raw ?? others.raw)
        both.options = Self.merged(others.options, options)
        return both
    }

    /// The options of a run as they hold for this input.
    func applied(to options: ReadingOptions) -> ReadingOptions {
        var options = withOptions(options)
        options.sampleRate = sampleRate ?? options.sampleRate
        options.channels = channels ?? options.channels
        options.csv.columns = csvColumns ?? options.csv.columns
        options.matKey = matKey ?? options.matKey
        options.raw = raw ?? options.raw
        return options
    }

    private func withOptions(_ run: ReadingOptions) -> ReadingOptions {
        guard !options.isEmpty else { return run }
        // Each was read alone before.
        return (try? ReadingOptions(record: Self.merged(run.record, options))) ?? run
    }

    /// As the manifests of the output have it: an input whose overrides change is embedded again.
    package var record: JSONObject {
        var record = JSONObject()
        if let sampleRate { record.append("sample_rate", .integer(sampleRate)) }
        if let channels { record.append("channels", .string(channels.rawValue)) }
        if let start { record.append("start", .number("\(start)")) }
        if let end { record.append("end", .number("\(end)")) }
        if let csvColumns {
            record.append("csv_columns", .array(csvColumns.map(JSONValue.string)))
        }
        if let matKey { record.append("mat_key", .string(matKey)) }
        if let raw { record.append("raw", .string(raw.description)) }
        for member in options.members { record.append(member.key, member.value) }
        return record
    }
}
