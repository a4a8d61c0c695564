import EchoFormats

/// A row of a manifest: what its columns say of one recording.
struct ManifestRow {
    /// What is wrong with a value, and what to write instead.
    struct Problem: Error {
        let text: String

        init(_ text: String) { self.text = text }
    }

    private(set) var path: String?
    private(set) var id: String?
    private(set) var overrides = InputOverrides()
    /// Columns that mean nothing here.
    private(set) var fields = JSONObject()
    /// The channel that a number in `channels` chose: people write there how many there are, too.
    private(set) var chosenChannel: Int?

    /// Takes the value of a column: a number may be text, as it is in CSV; null and empty text are no
    /// value.
    mutating func set(_ column: String, _ value: JSONValue) throws(Problem) {
        guard ColumnName(rawValue: column) != nil else {
            fields.append(column, value)
            return
        }
        guard value != .null, value != .string("") else { return }
        switch ColumnName(rawValue: column) {
        case nil: break
        case .path: path = try filePath(value)
        case .id: id = try identity(value)
        case .sampleRate: overrides.sampleRate = try rate(value)
        case .channel: try setChannels(value)
        case .channels:
            try setChannels(value)
            if case .channel(let number)? = overrides.channels { chosenChannel = number }
        case .start: overrides.start = try seconds(value)
        case .end: overrides.end = try seconds(value)
        case .matKey: overrides.matKey = try text(value)
        case .csvColumns: overrides.csvColumns = try columns(value)
        case .raw:
            guard let raw = RawFormat(try text(value)) else {
                throw Problem("\(value.text) is not a format; write one such as f32le:25600:1")
            }
            overrides.raw = raw
        case .csvSkip, .timeAxis: try setOption(column, .integer(try count(value)))
        case .csvTime, .csvRate, .csvDelimiter, .csvDecimal, .matRate, .npzKey, .npzRate,
            .tdmsKey, .integerScale:
            try setOption(column, .string(try numberOrText(value)))
        }
        if let start = overrides.start, let end = overrides.end, start >= end {
            throw Problem("the end, \(end) s, is not after the start, \(start) s")
        }
    }

    private func rate(_ value: JSONValue) throws(Problem) -> Int {
        let text = try numberOrText(value)
        do throws(SampleRateText.Failure) {
            return try SampleRateText.hertz(text)
        } catch {
            throw Problem("\(error)")
        }
    }

    /// `channel` and `channels` mean the same.
    private mutating func setChannels(_ value: JSONValue) throws(Problem) {
        let text = try numberOrText(value)
        guard let channels = ChannelMode(rawValue: text) else {
            throw Problem(
                "\(value.text) is not a channel; write a number from 0, mean, first, last, each or "
                    + "concatenate")
        }
        if let other = overrides.channels, other != channels {
            throw Problem(
                "the columns channel and channels say \(other.rawValue) and \(channels.rawValue); "
                    + "keep one of them")
        }
        overrides.channels = channels
    }

    /// Names or numbers with commas between them, or an array of these.
    private func columns(_ value: JSONValue) throws(Problem) -> [String] {
        var names: [String] = []
        if case .array(let values) = value {
            for value in values { names.append(try numberOrText(value)) }
        } else {
            names = try numberOrText(value).utf8.split(
                separator: UInt8(ascii: ","), omittingEmptySubsequences: false
            ).map { String(Substring($0)) }
        }
        guard !names.isEmpty, !names.contains("") else {
            throw Problem(
                "\(value.text) names no columns; write names or numbers with commas between")
        }
        return names
    }

    /// Takes what the option of that name takes.
    private mutating func setOption(_ name: String, _ value: JSONValue) throws(Problem) {
        do throws(ReadingOptions.UnknownMember) {
            try overrides.set(name, value)
        } catch {
            let option = name.replacing("_", with: "-")
            throw Problem("\(value.text) is none of the values that --\(option) takes")
        }
    }

    private func count(_ value: JSONValue) throws(Problem) -> Int {
        let number = try number(value)
        guard let count = Int(exactly: number), count >= 0 else {
            throw Problem("\(value.text) is not a whole number from 0")
        }
        return count
    }

    private func numberOrText(_ value: JSONValue) throws(Problem) -> String {
        if case .number(let number) = value { number } else { try text(value) }
    }

    private func text(_ value: JSONValue) throws(Problem) -> String {
        guard case .string(let text) = value, !text.utf8.contains(0) else {
            throw Problem("\(value.text) is not text")
        }
        return text
    }

    /// Of an address on the network every row of a list would fail alike.
    private func filePath(_ value: JSONValue) throws(Problem) -> String {
        let path = try text(value)
        if let remedy = RemoteAddress.refusal(of: path) { throw Problem(String(remedy.dropLast())) }
        return path
    }

    /// Outputs are called by it.
    private func identity(_ value: JSONValue) throws(Problem) -> String {
        let id = try numberOrText(value)
        guard ListedName.isHarmless(id) else {
            throw Problem(
                "\(value.text) cannot name outputs: no part of it may be empty, '.' or '..'")
        }
        return id
    }

    private func number(_ value: JSONValue) throws(Problem) -> Double {
        let text: String? =
            switch value {
            case .number(let number): number
            case .string(let string): string
            default: nil
            }
        guard let text, let number = Double(text), number.isFinite else {
            throw Problem("\(value.text) is not a number")
        }
        return number
    }

    private func seconds(_ value: JSONValue) throws(Problem) -> Double {
        let seconds = try number(value)
        guard seconds >= 0 else { throw Problem("\(value.text) s lies before the recording") }
        return seconds
    }
}

/// What the outputs of a recording in a list are called: its path as the list has it.
enum ListedName {
    /// Below the output folder: without what makes the path absolute; only the file's own name where
    /// the path climbs; `folder` where it names none, as `..` and `/` do.
    static func name(_ path: String) -> String {
        let parts = path.pathParts.filter { $0 != "." }
        guard let last = parts.last, last != ".." else { return "folder" }
        return parts.contains("..") ? last : parts.joined(separator: "/")
    }

    /// Whether a name stays below the folder it is put in.
    static func isHarmless(_ name: String) -> Bool {
        name.pathParts(keepingEmpty: true).allSatisfy {
            !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0)
        }
    }
}
