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
        guard earlier.layout == layout else {
            throw StoreError(
                path: folder + "/" + Self.fileName,
                .otherLayout(theirs: earlier.layout.rawValue, ours: layout.rawValue))
        }
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
