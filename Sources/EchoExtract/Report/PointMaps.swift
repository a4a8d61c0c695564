import EchoFormats
import EchoReport
import EchoScore
import EchoStore

/// Points of the maps: rows of a folder, read and laid out along their principal axes.
struct PointMaps {
    /// A point, and the line of the manifest that it is of.
    struct Point {
        let entry: ManifestEntry
        var drawn: ReportMaps.Point
    }

    private(set) var maps: [(width: Int, shares: [Double], points: [Point])] = []
    /// Rows with values that are not finite, which have no place.
    private(set) var notFiniteCount = 0

    /// Memory: the chosen rows of one width as float32.
    ///
    /// - Parameters:
    ///   - scores: Of the chosen rows.
    ///   - labels: What is said of those without a score.
    init(
        _ index: ArchiveIndex, _ chosen: [(width: Int, rows: [Int])],
        entries: [Int: [Int: ManifestEntry]], scores: [RowName: ScoreRow],
        _ labels: inout RecordingLabels
    ) throws {
        for (width, rows) in chosen {
            let table = index.rows(ofWidth: width)
            var points: [(row: Int, recording: ReportRecording, entry: ManifestEntry)] = []
            for row in rows {
                guard let entry = entries[width]?[row],
                    case .embedded(let embedding) = entry.outcome
                else { continue }
                let score = scores[RowName(entry.source.id, embedding.channel)]
                points.append((row, labels.recording(entry, embedding, score: score), entry))
            }
            let (values, isFinite) = try Self.read(points.map(\.row), of: table)
            notFiniteCount += isFinite.count { !$0 }
            points = zip(points, isFinite).filter(\.1).map(\.0)
            guard !points.isEmpty else { continue }
            let axes = PrincipalAxes(values)
            let places = axes.places(of: values)
            let total = axes.totalVariance
            maps.append(
                (
                    width, axes.variances.map { total > 0 ? min($0 / total, 1) : 0 },
                    zip(points, places).map { point, place in
                        Point(entry: point.entry, drawn: .init(point.recording, at: place))
                    }
                ))
        }
    }

    /// The rows that are finite, and which those are.
    private static func read(
        _ numbers: [Int], of table: ArchiveRows
    ) throws(StoreError) -> (rows: RowsInMemory, isFinite: [Bool]) {
        let width = table.width
        let source = SelectedRows(numbers, of: table)
        var values: [Float] = []
        values.reserveCapacity(numbers.count * width)
        var isFinite: [Bool] = []
        var block = [Float](repeating: 0, count: 256 * width)
        for first in stride(from: 0, to: numbers.count, by: 256) {
            let rows = first..<min(first + 256, numbers.count)
            try block.withUnsafeMutableBufferPointer { block throws(StoreError) in
                try source.read(rows, into: block)
            }
            for row in 0..<rows.count {
                let row = block[row * width..<(row + 1) * width]
                isFinite.append(row.allSatisfy(\.isFinite))
                if isFinite.last == true { values += row }
            }
        }
        PrincipalAxes.scaled(&values)
        return (RowsInMemory(values, width: width), isFinite)
    }

    var content: [ReportMaps.Map] {
        maps.map { .init(width: $0.width, shares: $0.shares, points: $0.points.map(\.drawn)) }
    }

    /// Gives points a sound: `clip` says which, for each in turn.
    mutating func setClips(_ clip: (ManifestEntry) -> Int?) {
        for map in maps.indices {
            for point in maps[map].points.indices {
                maps[map].points[point].drawn.clip = clip(maps[map].points[point].entry)
            }
        }
    }
}
