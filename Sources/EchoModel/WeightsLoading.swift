import EchoFormats
import EchoTensor
import FoundationEssentials

extension Weights {
    /// Loads a checkpoint: a folder with `model.safetensors`, or a safetensors file.
    ///
    /// D, depth and MLP width follow from the tensors' shapes. The head count is D / 64 unless a
    /// `config.json` beside the file gives `num_heads`, `n_heads`, `heads` or
    /// `num_attention_heads`. Tensors that the encoder does not use are ignored with one warning. What
    /// is read is a copy, with its hash: later changes of the file change nothing here.
    ///
    /// - Parameter given: What to call the weights; nil for the name of their folder or file.
    /// - Throws: ``ModelError`` if the file is unreadable, broken or changes meanwhile, if a tensor is missing or
    ///   has a shape or dtype that does not fit, and if the head count does not divide D.
    package static func load(
        path: String, name given: String? = nil
    ) throws(ModelError) -> Weights {
        let (filePath, found) = try locate(path)
        let name = given ?? found
        let file = try SafetensorsFile(path: filePath)
        let configuration = try Configuration.of(file)

        for expected in configuration.checkpointTensors {
            let shape = file.shape(of: expected.name)
            guard shape == expected.fileShape else {
                throw ModelError(
                    file: filePath, what: "tensor \(quoted(expected.name)) does not fit the others",
                    values: "shape \(shape?.description ?? "none"), expected \(expected.fileShape)",
                    remedy: "Use the checkpoint of an ECHO encoder, as published.")
            }
        }
        let content = try CheckpointContent(file, configuration.checkpointTensors)
        let extra = file.names.filter { content.tensors[$0] == nil }
        let warnings =
            extra.isEmpty
            ? [] : ["\(filePath): ignored \(summary(extra.map(quoted))): not part of the encoder"]
        return Weights(
            configuration, name: name, isTrained: true, warnings: warnings,
            tensors: content.tensors, fileDigest: content.sha256)
    }

    /// The safetensors file that a path means, and what to call it.
    static func locate(_ path: String) throws(ModelError) -> (file: String, name: String) {
        var isFolder = false
        let name = URL(fileURLWithPath: path).standardized.lastPathComponent
        let remedy = """
            Name a folder with model.safetensors, a .safetensors file, or a model of the hub \
            (ORG/NAME).
            """
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ModelError(file: path, what: "there is no such model", remedy: remedy)
        }
        guard isFolder else { return (path, name) }
        let file = URL(fileURLWithPath: path).appendingPathComponent("model.safetensors").path
        guard FileManager.default.fileExists(atPath: file) else {
            throw ModelError(
                file: path, what: "the folder holds no model.safetensors", remedy: remedy)
        }
        return (file, name)
    }
}
