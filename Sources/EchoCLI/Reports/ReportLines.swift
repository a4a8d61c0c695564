import EchoExtract
import EchoFormats

/// What a page holds, as text.
enum ReportLines {
    static func lines(_ summary: ReportSummary) -> [String] {
        let megabytes = (Double(summary.byteCount) / 1e6).formatted(decimals: 1)
        return [
            "\(summary.path): \(megabytes) MB, \(summary.pointCount) of \(summary.rowCount) rows on the map, "
                + "\(summary.pictureCount) spectrograms, \(summary.soundCount) sounds."
        ]
    }
}
