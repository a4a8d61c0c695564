import EchoFormats
import Foundation

/// What the first rows of a text file tell: its header, its timestamp column and its channels.
struct CSVColumns {
    /// The fields that are channels, in order, and the one that is time.
    let channels: [Int]
    let time: Int?
    /// Whether the first row is a header.
    let hasHeader: Bool

    /// Names that timestamps go by.
    private static let timeNames: Set<String> = [
        "time", "timestamp", "timestamps", "t", "date", "datetime", "date_time", "seconds",
    ]
    /// Rows whose steps are compared.
    static let sampleRowCount = 64

    /// - Parameters:
    ///   - rows: The first rows, at least one, with their fields as text.
    ///   - firstLine: The line of the first row.
    /// - Throws: ``SignalError`` where a column that was named is not there, or no column is left.
    init(
        _ rows: [[String]], firstLine: Int, _ options: CSVOptions, _ content: SignalContent
    ) throws(SignalError) {
        let first = rows[0]
        let numbers = first.map { Self.number($0) }
        let asked = options.columns?.compactMap { Int($0) } ?? []
        // A header has a name where the next row has a number, or where a channel was asked for.
        hasHeader = first.indices.contains { index in
            numbers[index] == nil
                && (rows.count < 2 || index >= rows[1].count || Self.number(rows[1][index]) != nil
                    || asked.contains(index))
        }
        let names = hasHeader ? first.map(Self.trimmed) : []
        func place(_ column: String) throws(SignalError) -> Int {
            if let index = names.firstIndex(of: column) { return index }
            if let index = Int(column), first.indices.contains(index) { return index }
            let known =
                names.isEmpty ? "\(first.count) columns, from 0" : names.joined(separator: ", ")
            throw content.error(
                .field(line: firstLine, column: nil, "no column \(quoted(column)) among: \(known)"))
        }
        var time: Int?
        switch options.timeColumn {
        case "none": time = nil
        case let name?: time = try place(name)
        case nil: time = Self.detectTime(names, hasHeader ? rows.dropFirst() : rows[...])
        }
        if let columns = options.columns {
            var channels: [Int] = []
            for column in columns { channels.append(try place(column)) }
            self.channels = channels
        } else {
            let data = hasHeader && rows.count > 1 ? rows[1] : first
            channels = first.indices.filter { index in
                index != time && index < data.count && Self.number(data[index]) != nil
            }
        }
        self.time = time
        guard !channels.isEmpty else {
            throw content.error(
                .field(line: firstLine, column: nil, "no column of numbers but the time"))
        }
    }

    /// A column whose name says time; without names the first, where its steps are even and
    /// something else is left to embed.
    private static func detectTime(_ names: [String], _ rows: ArraySlice<[String]>) -> Int? {
        if !names.isEmpty {
            return names.firstIndex { name in
                // "time (s)", "Time [ms]", "time_s"
                let word = name.lowercased().prefix { $0.isLetter || $0 == "_" }
                return timeNames.contains(String(word)) || word.hasPrefix("time_")
                    || word.hasPrefix("timestamp_")
            }
        }
        guard rows.count >= 3, rows.allSatisfy({ $0.count > 1 }) else { return nil }
        let times = rows.compactMap { number($0[0]) }
        guard times.count == rows.count else {
            // Dates are no numbers.
            return times.isEmpty ? 0 : nil
        }
        let steps = zip(times.dropFirst(), times).map { $0 - $1 }
        let mean = steps.reduce(0, +) / Double(steps.count)
        let isEven = mean > 0 && steps.allSatisfy { abs($0 - mean) <= 1e-3 * mean }
        return isEven ? 0 : nil
    }

    /// Hz, from even timestamps: `(rows - 1) / (last - first)`, rounded to a whole number.
    ///
    /// - Throws: ``SignalError`` where a timestamp is no number, or steps are not even.
    func sampleRate(
        _ rows: [[String]], firstLine: Int, _ unit: CSVOptions.TimeUnit, _ content: SignalContent
    ) throws(SignalError) -> Int {
        func failed(_ text: String) -> SignalError {
            content.error(.field(line: firstLine, column: time.map { $0 + 1 }, text))
        }
        guard let time else { throw failed("there is no timestamp column; name it") }
        let times = rows.dropFirst(hasHeader ? 1 : 0).compactMap {
            $0.indices.contains(time) ? Self.number($0[time]) : nil
        }
        guard times.count == rows.count - (hasHeader ? 1 : 0), times.count > 1 else {
            throw failed("timestamps are not numbers")
        }
        let steps = zip(times.dropFirst(), times).map { $0 - $1 }
        let mean = (times[times.count - 1] - times[0]) / Double(times.count - 1)
        guard mean > 0, steps.allSatisfy({ abs($0 - mean) <= 0.5 * mean }) else {
            throw failed("timestamps are not even; give --sample-rate")
        }
        let rate = (unit.perSecond / mean).rounded()
        guard rate >= 1, rate <= 1e9 else { throw failed("timestamps give a rate of \(rate) Hz") }
        return Int(rate)
    }

    static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespaces) }

    static func number(_ text: String) -> Double? { number(Array(text.utf8)[...]) }

    /// The number that a field holds, blanks around it left out; nil where it holds none.
    static func number(_ field: ArraySlice<UInt8>) -> Double? {
        // Numbers are short; and nothing longer is copied.
        guard field.count <= 64 else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65) { text in
            var (count, end) = (0, 0)
            for byte in field where count > 0 || (byte != 0x20 && byte != 0x09) {
                text[count] = CChar(bitPattern: byte)
                count += 1
                if byte != 0x20 && byte != 0x09 { end = count }
            }
            guard end > 0, let start = text.baseAddress else { return nil }
            text[end] = 0
            var stop: UnsafeMutablePointer<CChar>?
            let value = strtod(start, &stop)
            return stop == start + end ? value : nil
        }
    }
}
