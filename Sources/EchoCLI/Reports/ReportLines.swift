import EchoExtract
import EchoFormats

/// What a page holds, as text.
enum ReportLines {
    static func lines(_ summary: ReportSummary) -> [String] {
        [
            "\(summary.path): \(ByteText.megabytes(summary.byteCount)) MB, \(summary.pointCount) of "
                + "\(summary.rowCount.counted("row")) on the map, "
                + "\(summary.pictureCount.counted("spectrogram")), "
                + "\(summary.soundCount.counted("sound"))."
        ]
    }
}
