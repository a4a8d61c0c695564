import EchoFormats
import EchoStore

extension RunRecord {
    /// Tells one release's embeddings from another's where a recording gives other numbers than by
    /// rounding, or is read otherwise: to be raised then, and only then.
    ///
    /// 1 is release 0.1.0. 2 reads text, MATLAB and `.npy` signals otherwise: rates from timestamps,
    /// columns and variables that are no channels, the scale of integers.
    static let results = 2

    /// Everything that changes the embeddings or their files, and by what and on what they are made.
    init(_ options: Extraction.Options, _ echo: Echo) {
        let (size, storage) = (echo.configuration, options.storage)
        var settings: JSONObject = [
            "layout": .string(storage.layout.rawValue),
            "results": .integer(Self.results),
            "weights_sha256": .string(echo.weights.sha256()),
            "heads": .integer(size.headCount),
            "precision": .string(echo.precision.rawValue),
            "level": .string(options.level.rawValue),
        ]
        // One by one, so that a difference is named by its option.
        for member in options.reading.record.members { settings.append(member.key, member.value) }
        if storage.layout == .parts {
            settings.append("format", .string(storage.format.rawValue))
            settings.append("dtype", .string(storage.element.rawValue))
        }
        var information: JSONObject = [
            "version": .string(Echo.version),
            "model": .string(echo.modelName),
            "trained": .bool(echo.weights.isTrained),
            "embedding_width": .integer(size.embeddingWidth),
            "layers": .integer(size.layerCount),
        ]
        if storage.layout == .parts {
            information.append("part_size", .integer(storage.partSize))
        }
        for (name, text) in DeviceKind.members(echo.engines.map(\.kind)) {
            information.append(name, .string(text))
        }
        self.init(settings: settings, information: information)
    }
}
