import EchoSignal
import Foundation
import Testing

/// The signal of `Tests/Fixtures/signals`, and readers held against it.
enum Ramp {
    static let count = 300
    /// Told, as those files do not say: 300 samples are 28 frames.
    static let rate = 1000

    static func channel(_ channel: Int) -> [Float] {
        (0..<count).map { Float(($0 * 7 + channel * 13) % 64 - 32) / 64 }
    }

    static func fixture(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fixtures/signals/\(name)").standardized.path
    }

    static func open(
        _ path: String, _ options: ReadingOptions = ReadingOptions(sampleRate: rate),
        _ overrides: InputOverrides = InputOverrides()
    ) throws -> RecordingReader {
        let input = Input(path: path, name: "x", overrides: overrides)
        return try RecordingReader.open(input, SignalContent(path: path), options)
    }

    /// The error that opening and reading ends with; nil where all is well.
    static func error(
        _ path: String, _ options: ReadingOptions = ReadingOptions(sampleRate: rate),
        _ overrides: InputOverrides = InputOverrides()
    ) -> SignalError? {
        do {
            let reader = try open(path, options, overrides)
            while try reader.next() != nil {}
            return nil
        } catch let error as SignalError {
            return error
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    /// Requires that the file holds these channels of the ramp, in this order.
    static func expect(
        _ path: String, channels: [[Float]], _ options: ReadingOptions? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        var options = options ?? ReadingOptions(sampleRate: rate)
        options.channels = .each
        let reader = try open(path, options)
        #expect(reader.sampleCount == count, sourceLocation: location)
        #expect(reader.sampleRate == rate, sourceLocation: location)
        #expect(reader.channelCount == channels.count, sourceLocation: location)
        let segments = try RecordingReaderTests.segments(reader)
        let expected = channels.map { RecordingReaderTests.reference($0, sampleRate: rate)[0] }
        #expect(segments.map(\.samples) == expected, sourceLocation: location)
    }
}
