import EchoFormats
import Glibc

extension PartFolder {
    /// Calls `body` with the lines of a manifest whose attempt is not the first: which are few, so that the
    /// others are not parsed.
    ///
    /// - Throws: ``StoreError`` if the manifest cannot be read. Of damaged lines ``entries(of:)`` tells.
    func forEachRepeatedAttempt(
        of part: PartName, _ body: (_ id: String, _ attempt: Int) -> Void
    ) throws(StoreError) {
        let path = self.path + "/" + part.manifest
        guard let bytes = try SmallFile.read(path) else {
            throw StoreError(path: path, .changedMeanwhile)
        }
        for line in bytes.split(separator: UInt8(ascii: "\n")) where !Self.isFirstAttempt(line) {
            var scanner = JSONScanner(Array(line))
            guard let object = try? scanner.object(), let entry = try? ManifestEntry(object) else {
                continue
            }
            if entry.attempt > 1 { body(entry.source.id, entry.attempt) }
        }
    }

    /// True if the line's first `"attempt":` is followed by a 1 and no more digits. In a string its quotes
    /// would be escaped, and what a list of inputs said stands behind it.
    private static func isFirstAttempt(_ line: ArraySlice<UInt8>) -> Bool {
        let name = Array("\"attempt\":".utf8)
        return line.withUnsafeBytes { bytes in
            var start = 0
            while start + name.count + 1 < bytes.count {
                if bytes[start] == name[0], bytes[start + 1] == name[1],
                    bytes[start...].starts(with: name)
                {
                    let (value, next) = (bytes[start + name.count], bytes[start + name.count + 1])
                    return value == UInt8(ascii: "1")
                        && (next == UInt8(ascii: ",") || next == UInt8(ascii: "}"))
                }
                start += 1
            }
            return false
        }
    }
}
