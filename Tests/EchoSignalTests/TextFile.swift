import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Text files with exact numbers in them, and what is read of them.
enum TextFile {
    /// What a text file is read as.
    struct Reading {
        let rate: Int
        /// Samples of every channel, less their mean.
        let channels: [[Float]]
        let columns: [String]?
        let note: String?
    }

    static let rate = 16_000

    /// A signal of numbers with 4 decimals, which text and float32 hold alike.
    static func signal(_ seed: UInt64, count: Int = 600) -> [Double] {
        RecordingFixtures.noise(count: count + Int(seed)).suffix(count)
            .map { (Double($0) * 2000).rounded() / 10_000 }
    }

    /// A number with so many decimals, as C prints it.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", value)
    }

    /// Rows of numbers, each column with so many decimals.
    static func rows(
        _ columns: [(values: [Double], decimals: Int)], separator: String = ","
    ) -> String {
        columns[0].values.indices.map { row in
            columns.map { fixed($0.values[row], $0.decimals) }.joined(separator: separator) + "\n"
        }.joined()
    }

    /// Two channels of 4 decimals.
    static let left = signal(1)
    static let right = signal(2)

    /// A row for each sample of both, perhaps behind a column that counts.
    static func pair(
        _ counting: [Double]? = nil, decimals: Int = 6, separator: String = ","
    ) -> String {
        let both = [(left, 4), (right, 4)]
        return rows(counting.map { [($0, decimals)] + both } ?? both, separator: separator)
    }

    /// Seconds of each sample.
    static func times(_ rate: Double = Double(rate), count: Int = 600) -> [Double] {
        (0..<count).map { Double($0) / rate }
    }

    static func read(
        _ text: String, _ csv: CSVOptions = CSVOptions(), rate: Int? = rate,
        name: String = "a.csv"
    ) throws -> Reading {
        try read(bytes: Array(text.utf8), csv, rate: rate, name: name)
    }

    static func read(
        bytes: [UInt8], _ csv: CSVOptions = CSVOptions(), rate: Int? = rate,
        name: String = "a.csv"
    ) throws -> Reading {
        let scratch = try ScratchFolder()
        let path = try scratch.file(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let options = ReadingOptions(channels: .each, sampleRate: rate, csv: csv, text: true)
        let reader = try Ramp.open(path, options)
        let segments = try RecordingReaderTests.segments(reader)
        return Reading(
            rate: reader.sampleRate, channels: segments.map(\.samples), columns: reader.columns,
            note: reader.note)
    }

    /// Why a text is refused; nil where it is not.
    static func error(
        _ text: String, _ csv: CSVOptions = CSVOptions(), rate: Int? = rate
    ) throws -> SignalError? {
        let scratch = try ScratchFolder()
        let path = try scratch.text("a.csv", text)
        return Ramp.error(path, ReadingOptions(channels: .each, sampleRate: rate, csv: csv))
    }

    /// Requires that a reading has these channels exactly.
    static func expect(
        _ reading: Reading, _ channels: [[Double]], rate: Int = rate,
        location: SourceLocation = #_sourceLocation
    ) {
        #expect(reading.rate == rate, sourceLocation: location)
        let expected = channels.map { channel in
            RecordingReaderTests.reference(channel.map { Float($0) }, sampleRate: rate)[0]
        }
        #expect(reading.channels == expected, sourceLocation: location)
    }
}
