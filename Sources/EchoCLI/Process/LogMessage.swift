import EchoFormats
import FoundationEssentials
import Logging

/// A message with what is known of it, and its forms as a line.
struct LogMessage: Sendable {
    let level: Logger.Level
    /// In one line, escaped: no name in it begins a line of its own.
    let text: String
    /// What a program would look for in the text: `recording`, `code`, `reason`, `device`.
    let members: Logger.Metadata
    private let time = Date.now

    init(level: Logger.Level, _ text: String, _ members: Logger.Metadata = [:]) {
        (self.level, self.text, self.members) = (level, text, members)
    }

    /// As the console shows it: for people if no format was asked for.
    func text(forConsole format: LogFormat?) -> String {
        if let format { return line(format) }
        return "echo-gpu: " + (level >= .warning ? "\(level): " : "") + text
    }

    /// With the time and the level.
    func line(_ format: LogFormat) -> String {
        switch format {
        case .text: "\(time.timestamp) \(level): \(shown(text))"
        case .json: object.text
        }
    }

    private var object: JSONObject {
        var object: JSONObject = [
            "type": .string("log"), "timestamp": .string(time.timestamp),
            "level": .string("\(level)"), "message": .string(text),
        ]
        for (key, value) in members.sorted(by: { $0.key < $1.key }) where object[key] == nil {
            object.append(key, Self.json(value))
        }
        return object
    }

    private static func json(_ value: Logger.MetadataValue) -> JSONValue {
        if case .stringConvertible(let number as Int) = value { return .integer(number) }
        return .string("\(value)")
    }
}

extension Date {
    /// ISO 8601, UTC, with milliseconds: `2026-01-31T12:00:00.123Z`.
    var timestamp: String { formatted(ISO8601FormatStyle(includingFractionalSeconds: true)) }
}
