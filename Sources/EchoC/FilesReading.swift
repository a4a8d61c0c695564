import EchoFormats
import EchoGPU
import EchoSignal

/// Reads how the files of a request become samples, under the names that `run.json` has.
enum FilesReading {
    /// Every option there is. Those of the first list are whole numbers, of the second true or false.
    private static let numbers = ["sample_rate", "resample", "csv_skip", "time_axis"]
    private static let switches = ["text", "ffmpeg"]
    private static let texts = [
        "channels", "csv_columns", "csv_time", "csv_rate", "csv_delimiter", "csv_decimal",
        "mat_key", "mat_rate", "npz_key", "npz_rate", "tdms_key", "integer_scale", "raw",
    ]

    /// - Parameter others: Members of a request that are none of these.
    /// - Throws: ``Failure`` of kind `usage` if one is unknown, or has a value that it cannot have.
    static func options(
        _ members: JSONObject, others: [String]
    ) throws(Failure) -> ReadingOptions {
        var record = JSONObject()
        for member in members.members {
            try requireKnown(member.key, others)
            if let value = try plain(member.key, member.value) {
                record.append(member.key, value)
            }
        }
        let options: ReadingOptions
        do throws(ReadingOptions.UnknownMember) {
            options = try ReadingOptions(record: record)
        } catch {
            throw refusal(error.name, members[error.name] ?? .null)
        }
        guard !options.text || options.raw == nil else {
            throw .usage(
                "text and raw both say what files of no known ending hold; give one of them")
        }
        return options
    }

    private static func requireKnown(_ name: String, _ others: [String]) throws(Failure) {
        let known = numbers + switches + texts
        guard !known.contains(name) else { return }
        let near = Spelling.nearest(to: name, among: known + others)
        let meant = near.map { "did you mean \($0)? " } ?? ""
        throw .usage(
            "the request has \(quoted(name)), which is no option; \(meant)They are "
                + (others + known).joined(separator: ", "))
    }

    /// The value as a record has it: text for what may be a number too. Nil for a switch that is off.
    private static func plain(_ name: String, _ value: JSONValue) throws(Failure) -> JSONValue? {
        if switches.contains(name) {
            guard case .bool(let isOn) = value else { throw refusal(name, value) }
            return isOn ? value : nil
        }
        if numbers.contains(name) {
            guard case .number(let text) = value, let number = Int(text) else {
                throw refusal(name, value)
            }
            try requireRange(name, number)
            return name == "csv_skip" && number == 0 ? nil : value
        }
        if name == "csv_columns" { return try columns(value) }
        return text(value)
    }

    private static func requireRange(_ name: String, _ number: Int) throws(Failure) {
        let isRate = name == "sample_rate" || name == "resample"
        let range = isRate ? ReadingOptions.sampleRates : 0...Int.max
        guard range.contains(number) else {
            let allowed = isRate ? "\(range.lowerBound) to \(range.upperBound) Hz" : "0 or more"
            throw .usage("\(name) is \(number); give \(allowed)")
        }
    }

    /// Names or numbers with commas between them, or an array of these.
    private static func columns(_ value: JSONValue) throws(Failure) -> JSONValue {
        var names: [JSONValue] = []
        switch value {
        case .array(let values): names = values.map(text)
        case .string(let list):
            names = list.split(separator: ",", omittingEmptySubsequences: false).map {
                .string(String($0))
            }
        default: names = [text(value)]
        }
        guard !names.isEmpty, !names.contains(.string("")) else {
            throw .usage("csv_columns is \(value.text); give names or numbers of columns")
        }
        return .array(names)
    }

    private static func text(_ value: JSONValue) -> JSONValue {
        if case .number(let number) = value { .string(number) } else { value }
    }

    private static func refusal(_ name: String, _ value: JSONValue) -> Failure {
        let option = name.replacing("_", with: "-")
        return .usage(
            "\(name) is \(value.text), which is none of the values that --\(option) takes "
                + "(echo-gpu help extract)")
    }
}
