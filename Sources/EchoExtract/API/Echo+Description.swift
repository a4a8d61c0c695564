import EchoFormats
import EchoStore

extension Echo {
    /// What it is, under the names that `run.json` has.
    package var description: JSONObject {
        var object: JSONObject = [
            "version": .string(Echo.version),
            "model": .string(modelName),
            "weights_sha256": .string(weights.sha256()),
            "trained": .bool(weights.isTrained),
            "embedding_width": .integer(configuration.embeddingWidth),
            "layer_count": .integer(configuration.layerCount),
            "head_count": .integer(configuration.headCount),
            "precision": .string(precision.rawValue),
        ]
        for (name, text) in DeviceKind.members(engines.map(\.kind)) {
            object.append(name, .string(text))
        }
        object.append("device_reason", .string(deviceReason))
        return object
    }
}
