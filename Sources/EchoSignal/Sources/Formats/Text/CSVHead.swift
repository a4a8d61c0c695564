import EchoFormats

/// Whole numbers that stand first in a text file and may be no samples: a header that is a number, as
/// pandas writes `0` above a column without a name, or a rate above its samples.
struct CSVHead {
    private let rows: [[String]]
    private let numeric: [Int]

    /// Lines that a head has at most, and rows that tell it from them.
    private static let longest = 4
    private static let fewestRows = 8

    /// - Parameter rows: The first rows of the file, all of numbers.
    init(_ rows: [[String]], _ reading: CSVReading) {
        self.rows = rows
        numeric = reading.numeric
    }

    /// - Throws: ``SignalError`` if the first lines may be a head, or a part of the signal.
    func requireNone(line: Int, _ content: SignalContent) throws(SignalError) {
        guard let count, let first = rows.first else { return }
        let shown = quoted(first.joined(separator: ","))
        let numbers = numeric.map(String.init).joined(separator: ",")
        throw content.error(
            .ambiguous(
                line: line,
                "\(shown) above the other rows is a header or a rate, or the first row of the signal",
                remedy: "Give --csv-skip \(line + count - 1) where it is none of the signal, "
                    + "--csv-columns \(numbers) where it is."))
    }

    /// Rows of a head; nil if there is none.
    private var count: Int? {
        guard rows.count >= Self.fewestRows, let first = rows.first else { return nil }
        guard first.count == 1 else {
            return isNumberOfColumns(first) ? 1 : nil
        }
        let count = rows.prefix { $0.count == 1 && Self.isWhole($0[0]) }.count
        if (1...Self.longest).contains(count), areDecimals(from: count) { return count }
        return isRateAlone(first[0]) ? 1 : nil
    }

    /// Whether all numbers from this row on are written with decimals.
    private func areDecimals(from start: Int) -> Bool {
        rows.dropFirst(start).allSatisfy { $0.allSatisfy { $0.contains { ".,eE".contains($0) } } }
    }

    /// `0,1` above two columns, which do not go on as one that counts does.
    private func isNumberOfColumns(_ first: [String]) -> Bool {
        guard first == first.indices.map(String.init) else { return false }
        let column = rows.prefix(3).compactMap { $0.first.flatMap { CSVNumber.value($0) } }
        return column.count == 3 && column[2] - column[1] != column[1] - column[0]
    }

    /// A rate that converters have, and no sample like it.
    private func isRateAlone(_ text: String) -> Bool {
        guard let rate = Int(text), CSVRate.common.contains(rate) else { return false }
        let others = rows.dropFirst().compactMap { $0.first.flatMap { CSVNumber.value($0) } }
        return others.allSatisfy { $0.magnitude < Double(rate) / 2 }
    }

    private static func isWhole(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
