import EchoFormats
import EchoInvariant

/// A table of text whose columns are as wide as their widest cell.
struct TextTable {
    /// A column's title and the side that its cells keep to.
    enum Column {
        case left(String)
        case right(String)

        var title: String {
            switch self {
            case .left(let title), .right(let title): title
            }
        }
    }

    private let columns: [Column]
    private var rows: [[String]]

    init(_ columns: [Column]) {
        self.columns = columns
        rows = [columns.map(\.title)]
    }

    mutating func append(_ row: [String]) {
        invariant(row.count == columns.count, "\(row.count) cells in \(columns.count) columns")
        // As they are printed, or they would be wider than their column.
        rows.append(row.map { shown($0) })
    }

    /// The title row, a rule and the other rows, without trailing blanks.
    var lines: [String] {
        let widths = columns.indices.map { column in
            rows.map { TerminalText.columns(of: $0[column]) }.max() ?? 0
        }
        var lines = rows.map { row in line(row, widths) }
        lines.insert(line(widths.map { String(repeating: "-", count: $0) }, widths), at: 1)
        return lines
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = zip(zip(cells, columns), widths).map { cell, width in
            let blanks = String(repeating: " ", count: width - TerminalText.columns(of: cell.0))
            if case .left = cell.1 { return cell.0 + blanks }
            return blanks + cell.0
        }
        let text = padded.joined(separator: "  ")
        return text.replacing(#/ +$/#, with: "")
    }
}
