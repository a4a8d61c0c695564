import EchoFormats
import EchoStore
import FoundationEssentials

/// What the rows of one width amount to, over any number of files.
package struct TableSummary: Sendable, Codable {
    /// `utterance` or `segment`; nil if the file does not say.
    package let level: String?
    package let width: Int
    package let fileCount: Int
    package let rowCount: Int
    /// Euclidean norms of the rows that are finite; nil if there is none.
    package let norms: Norms?
    /// Rows with a value that is NaN or infinite.
    package let notFiniteCount: Int
    /// Rows that are identical to an earlier one, of utterances; and a few of them by place.
    package let equalCount: Int
    package let equalExamples: [String]

    package struct Norms: Sendable, Codable {
        package let minimum: Double
        package let mean: Double
        package let maximum: Double
    }
}

/// Gathers a ``TableSummary`` file by file.
struct TableStatistics {
    /// Which rows belong together.
    struct Key: Hashable, Comparable {
        let level: EmbeddingFiles.Level
        let width: Int

        static func < (first: Key, second: Key) -> Bool {
            (first.level.rawValue, first.width) > (second.level.rawValue, second.width)
        }
    }

    /// Equal rows that are named.
    private static let exampleLimit = 10

    private let level: EmbeddingFiles.Level?
    private let looksForEqualRows: Bool
    private var width = 0
    private var (fileCount, rowCount, notFiniteCount, equalCount) = (0, 0, 0, 0)
    private var (minimum, maximum, sum) = (Double.infinity, 0.0, 0.0)
    private var first: [Data: (file: Int, row: Int)] = [:]
    private var files: [String] = []
    private var examples: [String] = []
    /// The first row with a value that is not finite: `row 3 of a.npy`.
    private(set) var notFiniteExample: String?

    init(level: EmbeddingFiles.Level?, looksForEqualRows: Bool) {
        (self.level, self.looksForEqualRows) = (level, looksForEqualRows)
    }

    /// Segments of one recording may well be equal, recordings should not.
    init(_ level: EmbeddingFiles.Level) {
        self.init(level: level, looksForEqualRows: level == .utterance)
    }

    /// Adds the rows of a file.
    mutating func add(_ table: EmbeddingTable) {
        width = table.width
        fileCount += 1
        rowCount += table.rowCount
        files.append(table.path)
        table.forEachRow { row, values in
            measure(values, row, of: table)
            if looksForEqualRows { compare(values, row, of: table) }
        }
    }

    private mutating func measure(
        _ values: UnsafeBufferPointer<Float>, _ row: Int, of table: EmbeddingTable
    ) {
        var squares = 0.0
        for value in values { squares += Double(value) * Double(value) }
        guard squares.isFinite else {
            notFiniteCount += 1
            notFiniteExample = notFiniteExample ?? "row \(row) of \(table.path)"
            return
        }
        let norm = squares.squareRoot()
        (minimum, maximum) = (min(minimum, norm), max(maximum, norm))
        sum += norm
    }

    private mutating func compare(
        _ values: UnsafeBufferPointer<Float>, _ row: Int, of table: EmbeddingTable
    ) {
        var hash = SHA256()
        hash.update(UnsafeRawBufferPointer(values))
        let digest = Data(hash.finalize().prefix(16))
        guard let earlier = first[digest] else {
            first[digest] = (files.count - 1, row)
            return
        }
        equalCount += 1
        guard examples.count < Self.exampleLimit else { return }
        examples.append(
            "row \(row) of \(table.path) is row \(earlier.row) of \(files[earlier.file])")
    }

    var summary: TableSummary {
        let finiteCount = rowCount - notFiniteCount
        return TableSummary(
            level: level?.rawValue, width: width, fileCount: fileCount, rowCount: rowCount,
            norms: finiteCount == 0
                ? nil
                : .init(minimum: minimum, mean: sum / Double(finiteCount), maximum: maximum),
            notFiniteCount: notFiniteCount, equalCount: equalCount, equalExamples: examples)
    }
}
