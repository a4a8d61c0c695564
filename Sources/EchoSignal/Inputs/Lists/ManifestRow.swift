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

    /// Takes the value of a column: a number may be text, as it is in CSV; null and empty text are no
    /// value.
    mutating func set(_ column: String, _ value: JSONValue) throws(Problem) {
        let known = ["path", "id", "sample_rate", "channel", "start", "end"]
        guard known.contains(column) else {
            fields.append(column, value)
            return
        }
        guard value != .null, value != .string("") else { return }
        switch column {
        case "path": path = try text(value)
        case "id": id = try identity(value)
        case "sample_rate":
            let rate = try number(value)
            guard rate >= 1, rate <= 1e9, rate == rate.rounded() else {
                throw Problem("\(value.text) is no sample rate; write a whole number of Hz")
            }
            overrides.sampleRate = Int(rate)
        case "channel":
            let text = if case .number(let number) = value { number } else { try text(value) }
            guard let channels = ChannelMode(rawValue: text) else {
                throw Problem(
                    "\(value.text) is no channel; write a number from 0, mean, first, last, each or "
                        + "concatenate")
            }
            overrides.channels = channels
        case "start": overrides.start = try seconds(value)
        default: overrides.end = try seconds(value)
        }
        if let start = overrides.start, let end = overrides.end, start >= end {
            throw Problem("the end, \(end) s, is not after the start, \(start) s")
        }
    }

    private func text(_ value: JSONValue) throws(Problem) -> String {
        guard case .string(let text) = value, !text.utf8.contains(0) else {
            throw Problem("\(value.text) is no text")
        }
        return text
    }

    /// Outputs are called by it.
    private func identity(_ value: JSONValue) throws(Problem) -> String {
        let id = if case .number(let number) = value { number } else { try text(value) }
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
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard let last = parts.last, last != ".." else { return "folder" }
        return parts.contains("..") ? String(last) : parts.joined(separator: "/")
    }

    /// Whether a name stays below the folder it is put in.
    static func isHarmless(_ name: String) -> Bool {
        name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0)
        }
    }
}
