import EchoFormats
import EchoStore
import FoundationEssentials
import Glibc

/// A folder of scores, as `--output scores` names it: `scores.csv`, or `classes.csv`, and `metrics.json`.
///
/// `metrics.json` commits it, and appears last: a folder without one is none. Each file appears whole or not
/// at all. A folder that is there already is replaced only if it is one of ours, or holds nothing but a
/// table of ours whose metrics were never written; nothing else in it is touched.
package struct ScoreFolder: Sendable {
    package let path: String

    /// Requires that the scores can go there, before any work.
    ///
    /// - Throws: ``StoreError`` if there is something else than a folder of scores.
    package init(path: String) throws(StoreError) {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreError(path: path, .occupied("is there and is not a folder"))
        }
        if try metrics() == nil, try !hasOursAlone() {
            throw StoreError(
                path: path,
                .occupied(
                    "there are files in it, and it is no folder of scores: it has no "
                        + "\(ScoreMetrics.fileName) of 'echo-gpu score'"))
        }
    }

    /// A folder that is read.
    ///
    /// - Throws: ``StoreError`` if there is something else than a folder.
    package init(reading path: String) throws(StoreError) {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreError(path: path, .notARecord("it is not a folder"))
        }
    }

    /// Writes the scores of recordings and then the metrics.
    ///
    /// - Parameter rows: Read once, so that they may be made one by one.
    package func write(
        _ metrics: ScoreMetrics, nearestCount: Int, rows: some Sequence<ScoreRow>
    ) throws(StoreError) {
        try write(
            metrics, table: ScoreTable.fileName,
            header: ScoreTable.header(nearestCount: nearestCount),
            lines: rows.lazy.map { ScoreTable.line($0, nearestCount: nearestCount) })
    }

    /// Writes a table and then the metrics.
    ///
    /// - Parameters:
    ///   - name: Of the table: one of ``tableNames``; an older one of the others goes.
    ///   - lines: Each with its end, as the header; read once.
    package func write(
        _ metrics: ScoreMetrics, table name: String, header: String, lines: some Sequence<String>
    ) throws(StoreError) {
        let table = try AtomicFile(path: path.asFolderPrefix + name)
        // Of two that write at once one is refused: their files must not lie side by side.
        let lock = try OutputLock.take(folder: path, shard: .whole, plan: name)
        defer { withExtendedLifetime(lock) {} }
        var text = header
        for line in lines {
            text += line
            if text.utf8.count >= Self.blockSize {
                try table.write(Array(text.utf8))
                text = ""
            }
        }
        try table.write(Array(text.utf8))
        // What the old metrics are of is about to go.
        for old in [ScoreMetrics.fileName] + Self.tableNames where old != name { try remove(old) }
        try table.commit()
        let last = path.asFolderPrefix + ScoreMetrics.fileName
        try SmallFile.replace(last, with: Array((JSONText.text(metrics) + "\n").utf8))
    }

    private func remove(_ name: String) throws(StoreError) {
        let file = path.asFolderPrefix + name
        guard unlink(file) == 0 || errno == ENOENT else {
            throw StoreError(path: file, .system(.write, errno))
        }
    }

    /// Of which a folder has one.
    package static let tableNames = [ScoreTable.fileName, ClassTable.fileName]

    /// The metrics of the folder; nil if there are none.
    ///
    /// - Throws: ``StoreError`` if the file cannot be read, is damaged or none of ours.
    package func metrics() throws(StoreError) -> ScoreMetrics? {
        let file = path.asFolderPrefix + ScoreMetrics.fileName
        guard let bytes = try SmallFile.read(file) else { return nil }
        do {
            let metrics = try JSONDecoder().decode(ScoreMetrics.self, from: Data(bytes))
            if metrics.settings.command == "score" { return metrics }
        } catch let error as DecodingError {
            throw StoreError(path: file, .notARecord(Self.reason(error)))
        } catch {
            throw StoreError(path: file, .notARecord("\(error)"))
        }
        throw StoreError(path: file, .notARecord("it is not of 'echo-gpu score'"))
    }

    private static func reason(_ error: DecodingError) -> String {
        let context: DecodingError.Context
        switch error {
        case .dataCorrupted: return "it is no JSON, or was cut off"
        case .keyNotFound(let key, let found):
            context = .init(codingPath: found.codingPath + [key], debugDescription: "")
        case .typeMismatch(_, let found), .valueNotFound(_, let found): context = found
        @unknown default: return "\(error)"
        }
        let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
        return "its \(place.joined(separator: ".")) is not there, or not of its type"
    }

    /// Bytes that are written at once.
    private static let blockSize = 1 << 20

    /// Whether nothing is in the folder but what a command that was stopped, or met a full disk, left of ours.
    private func hasOursAlone() throws(StoreError) -> Bool {
        for name in try names() {
            if name.hasPrefix(AtomicFile.temporaryPrefix) || name == ".lock" { continue }
            guard let header = Self.tableHeaders[name] else { return false }
            guard try SmallFile.begins(path.asFolderPrefix + name, with: header) else {
                return false
            }
        }
        return true
    }

    /// What the first line of each table begins with.
    private static let tableHeaders = [
        ScoreTable.fileName: ScoreTable.columns, ClassTable.fileName: ClassTable.columns,
    ].mapValues { Array($0.joined(separator: ",").utf8) }

    private func names() throws(StoreError) -> [String] {
        guard let stream = opendir(path) else {
            throw StoreError(path: path, .system(.open, errno))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
