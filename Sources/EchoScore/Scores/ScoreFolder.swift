import EchoFormats
import EchoStore
import FoundationEssentials
import Glibc

/// A folder of scores, as `--output scores` names it: `scores.csv` and `metrics.json`.
///
/// `metrics.json` commits it, and appears last: a folder without one is none. Each file appears whole or not
/// at all. A folder that is there already is replaced only where it is one of ours, and nothing else in it
/// is touched.
package struct ScoreFolder: Sendable {
    package let path: String

    /// Requires that the scores can go there, before any work.
    ///
    /// - Throws: ``StoreError`` where there is something else than a folder of scores.
    package init(path: String) throws(StoreError) {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreError(path: path, .notARecord("it is no folder"))
        }
        if try !isEmpty(), try metrics() == nil {
            throw StoreError(
                path: path,
                .notARecord(
                    "there are files in it, and no \(ScoreMetrics.fileName) of 'echo-gpu score'"))
        }
    }

    /// Writes the table and then the metrics.
    ///
    /// - Parameter writeRows: Hands each row to the function that it is given.
    package func write(
        _ metrics: ScoreMetrics, nearestCount: Int,
        rows writeRows: ((ScoreRow) throws(StoreError) -> Void) throws(StoreError) -> Void
    ) throws(StoreError) {
        let table = try AtomicFile(path: path.asFolderPrefix + ScoreTable.fileName)
        var text = ScoreTable.header(nearestCount: nearestCount)
        try writeRows { (row) throws(StoreError) in
            text += ScoreTable.line(row, nearestCount: nearestCount)
            if text.utf8.count >= Self.blockSize {
                try table.write(Array(text.utf8))
                text = ""
            }
        }
        try table.write(Array(text.utf8))
        // What the old metrics are of is about to go.
        let last = path.asFolderPrefix + ScoreMetrics.fileName
        guard unlink(last) == 0 || errno == ENOENT else {
            throw StoreError(path: last, .system(.write, errno))
        }
        try table.commit()
        try SmallFile.replace(last, with: Array((JSONText.text(metrics) + "\n").utf8))
    }

    /// The metrics of the folder; nil where there are none of ours.
    ///
    /// - Throws: ``StoreError`` where the file cannot be read.
    package func metrics() throws(StoreError) -> ScoreMetrics? {
        let file = path.asFolderPrefix + ScoreMetrics.fileName
        guard let bytes = try SmallFile.read(file) else { return nil }
        let metrics = try? JSONDecoder().decode(ScoreMetrics.self, from: Data(bytes))
        return metrics?.settings.command == "score" ? metrics : nil
    }

    /// Bytes that are written at once.
    private static let blockSize = 1 << 20

    private func isEmpty() throws(StoreError) -> Bool {
        guard let stream = opendir(path) else {
            throw StoreError(path: path, .system(.open, errno))
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let isDots = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                let name = bytes.prefix { $0 != 0 }
                return name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8)
            }
            if !isDots { return false }
        }
        return true
    }
}
