import EchoFormats
import EchoStore

extension RunRecord {
    /// Everything that changes the embeddings or their files, and on what they are made.
    init(_ options: Extraction.Options, _ echo: Echo) {
        let size = echo.configuration
        var settings: JSONObject = [
            "layout": .integer(1),
            "version": .string(Echo.version),
            "weights_sha256": .string(echo.weights.sha256()),
            "heads": .integer(size.headCount),
            "precision": .string(echo.precision.rawValue),
            "level": .string(options.level.rawValue),
        ]
        // One by one, so that a difference is named by its option.
        for member in options.reading.record.members { settings.append(member.key, member.value) }
        settings.append("format", .string(options.storage.format.rawValue))
        settings.append("dtype", .string(options.storage.element.rawValue))
        settings.append("part_size", .integer(options.storage.partSize))
        var information: JSONObject = [
            "model": .string(echo.modelName),
            "trained": .bool(echo.weights.isTrained),
            "embedding_width": .integer(size.embeddingWidth),
            "layers": .integer(size.layerCount),
            "device": .string(echo.deviceName),
            "driver": .string(echo.engine.driver),
        ]
        let tiles = echo.engines.compactMap(\.tiling)
        if !tiles.isEmpty { information.append("tiles", .string(tiles.joined(separator: "; "))) }
        self.init(settings: settings, information: information)
    }
}

extension RunRecord {
    /// Makes this the record of a folder, or makes sure that it is.
    ///
    /// The record of before stays, under the name `run-DIGEST.json`, where other settings are
    /// forced; what was embedded with them stays too, and counts as done.
    ///
    /// - Returns: What is not as it was when the folder was begun, and changes embeddings by rounding:
    ///   sentences.
    /// - Throws: ``StoreError`` where the folder was written with other settings, or cannot be.
    func claim(
        _ folder: String, holding lock: OutputLock, force: Bool
    ) throws(StoreError) -> [String] {
        guard let earlier = try RunRecord.create(self, in: folder) else { return [] }
        let rounding = differencesOfRounding(from: earlier).map {
            "\($0): embeddings may differ from those of before in their last digits"
        }
        let differences = differences(from: earlier)
        guard !differences.isEmpty else { return rounding }
        guard force else {
            throw StoreError(path: folder + "/" + Self.fileName, .otherSettings(differences))
        }
        try lock.requireAlone(in: folder)
        try earlier.write(to: "run-\(earlier.digest).json", in: folder)
        try write(to: Self.fileName, in: folder)
        return rounding
    }
}
