import FoundationEssentials

extension Configuration {
    /// The sizes of the encoder in a checkpoint, from its header alone: no tensor is read.
    ///
    /// - Parameter path: A folder with `model.safetensors`, or a safetensors file.
    /// - Throws: ``ModelError`` if it is no checkpoint of an ECHO encoder.
    package static func load(path: String) throws(ModelError) -> Configuration {
        try of(try SafetensorsFile(path: try Weights.locate(path).file))
    }

    /// The sizes that the tensors of a checkpoint have, with the head count of the `config.json` beside
    /// it, which must not contradict them.
    static func of(_ file: SafetensorsFile) throws(ModelError) -> Configuration {
        let layout = try CheckpointLayout(of: file)
        let folder = URL(fileURLWithPath: file.path).deletingLastPathComponent().path
        let configuration = try ConfigurationFile(path: folder + "/config.json")
        try configuration?.requireSizes(of: layout, file.path)
        let heads = try HeadCount.find(width: layout.embeddingWidth, configuration, file.path)
        return Configuration(
            embeddingWidth: layout.embeddingWidth, layerCount: layout.layerCount, headCount: heads,
            feedForwardWidth: layout.feedForwardWidth, positionCount: layout.positionCount)
    }
}
