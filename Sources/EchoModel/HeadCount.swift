import EchoFormats
import FoundationEssentials

/// The number of attention heads, which no tensor's shape tells.
enum HeadCount {
    /// Names that configurations give it.
    static let keys = ["num_heads", "n_heads", "heads", "num_attention_heads"]
    /// Longest configuration that is read, in bytes.
    private static let maximumLength = 10_000_000

    /// What the configuration says, if it exists and says it; else D / 64.
    ///
    /// - Throws: ``ModelError`` if the configuration is malformed or contradicts itself, and if
    ///   the number of heads does not divide the width.
    static func find(
        width: Int, configurationPath: String, _ modelPath: String
    ) throws(ModelError) -> Int {
        guard let (key, heads) = try read(configurationPath) else {
            let headWidth = Configuration.standardHeadWidth
            guard width.isMultiple(of: headWidth) else {
                throw ModelError(
                    file: modelPath, what: "the number of attention heads is not known",
                    values: "width \(width) is not a multiple of \(headWidth)",
                    remedy: "Put a config.json with \"num_heads\" beside the file.")
            }
            return width / headWidth
        }
        guard heads > 0, width.isMultiple(of: heads) else {
            throw ModelError(
                file: configurationPath, what: "the number of heads does not divide the width",
                values: "\(key) \(heads), width \(width)",
                remedy: "Correct \(key), or remove it to use heads of width "
                    + "\(Configuration.standardHeadWidth).")
        }
        return heads
    }

    /// The head count in a configuration and the key that gives it; nil if there is none.
    private static func read(_ path: String) throws(ModelError) -> (key: String, heads: Int)? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let file = try ModelFile(path: path)
        guard file.byteCount <= maximumLength else {
            throw malformed(path, "too long: \(file.byteCount) bytes")
        }
        var found: [(key: String, heads: Int)] = []
        var scanner = JSONScanner(try file.bytes(0..<file.byteCount))
        do throws(JSONScanner.Failure) {
            try scanner.object { (scanner, key) throws(JSONScanner.Failure) in
                if keys.contains(key) {
                    found.append((key, try scanner.integer()))
                } else {
                    try scanner.skipValue()
                }
            }
            try scanner.end()
        } catch {
            throw malformed(path, "\(error)")
        }
        guard let first = found.first else { return nil }
        if let other = found.first(where: { $0.heads != first.heads }) {
            throw malformed(
                path, "\(first.key) is \(first.heads), \(other.key) is \(other.heads)")
        }
        return first
    }

    private static func malformed(_ path: String, _ values: String) -> ModelError {
        ModelError(
            file: path, what: "the configuration is not valid", values: values,
            remedy: "Correct it, or remove it to use heads of width "
                + "\(Configuration.standardHeadWidth).")
    }
}
