import EchoFormats
import EchoGraph
import FoundationEssentials

/// The `config.json` beside a checkpoint: of what it says, the whole numbers.
struct ConfigurationFile {
    /// Names that configurations give the number of heads, which no tensor's shape tells.
    static let headKeys = ["num_heads", "n_heads", "heads", "num_attention_heads"]
    /// Longest configuration that is read, in bytes.
    private static let maximumLength = 10_000_000

    let path: String
    /// In the order of the file.
    private let numbers: [(key: String, value: Int)]

    /// Nil if there is none.
    ///
    /// - Throws: ``ModelError`` if it is malformed.
    init?(path: String) throws(ModelError) {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let file = try ModelFile(path: path)
        guard file.byteCount <= Self.maximumLength else {
            throw Self.malformed(path, "too long: \(file.byteCount) bytes")
        }
        var numbers: [(key: String, value: Int)] = []
        var scanner = JSONScanner(try file.bytes(0..<file.byteCount))
        do throws(JSONScanner.Failure) {
            try scanner.object { (scanner, key) throws(JSONScanner.Failure) in
                if Self.headKeys.contains(key) {
                    numbers.append((key, try scanner.integer()))
                } else {
                    var number = scanner
                    if let value = try? number.integer() { numbers.append((key, value)) }
                    try scanner.skipValue()
                }
            }
            try scanner.end()
        } catch {
            throw Self.malformed(path, "\(error)")
        }
        (self.path, self.numbers) = (path, numbers)
    }

    /// The number of heads, and the key that gives it; nil if it says nothing of them.
    ///
    /// - Throws: ``ModelError`` if it contradicts itself.
    func heads() throws(ModelError) -> (key: String, heads: Int)? {
        let found = numbers.filter { Self.headKeys.contains($0.key) }
        guard let first = found.first else { return nil }
        if let other = found.first(where: { $0.value != first.value }) {
            throw Self.malformed(
                path, "\(first.key) is \(first.value), \(other.key) is \(other.value)")
        }
        return (first.key, first.value)
    }

    /// Requires that sizes which it gives by upstream's names are those that the weights or the encoder have.
    ///
    /// - Throws: ``ModelError`` if one is not: then it is the configuration of another model.
    func requireSizes(of layout: CheckpointLayout, _ modelPath: String) throws(ModelError) {
        let sizes = [
            "embed_dim": (layout.embeddingWidth, "the weights have"),
            "encoder_depth": (layout.layerCount, "the weights have"),
            "band_width": (STFT.bandWidth, "every ECHO encoder has"),
            "shift_size": (STFT.patchLength, "every ECHO encoder has"),
        ]
        for (key, value) in numbers {
            guard let (size, owner) = sizes[key], value != size else { continue }
            throw ModelError(
                file: path, what: "the configuration is not that of \(modelPath)",
                values: "\(key) is \(value), and \(owner) \(size)",
                remedy:
                    "Put the config.json beside it that came with it, or correct or remove this one."
            )
        }
    }

    private static func malformed(_ path: String, _ values: String) -> ModelError {
        ModelError(
            file: path, what: "the configuration is not valid", values: values,
            remedy: "Correct it, or remove it to use heads of width "
                + "\(Configuration.standardHeadWidth).")
    }
}
