import EchoFormats
import EchoTensor

/// The sizes that the names and shapes of a checkpoint's tensors give.
struct CheckpointLayout {
    let embeddingWidth: Int
    let layerCount: Int
    let feedForwardWidth: Int
    let positionCount: Int

    /// Widest token and MLP that are believed; far beyond any ECHO, far below an overflow.
    static let maximumWidth = 1 << 16

    /// Reads the sizes, each from the one tensor that says it; the others are not looked at.
    ///
    /// - Throws: ``ModelError`` if a tensor is missing, or if one of those four has a shape
    ///   that no encoder has.
    init(of file: SafetensorsFile) throws(ModelError) {
        layerCount = try Self.layerCount(of: file)
        try Self.requireEveryTensor(layerCount: layerCount, in: file)
        let widths = 1...Self.maximumWidth
        embeddingWidth = try Self.extent(2, of: "cls_token", "[1, 1, D]", widths, file)
        guard embeddingWidth.isMultiple(of: 2) else {
            throw ModelError(
                file: file.path, what: "the embedding width is odd",
                values: "cls_token gives \(embeddingWidth)", remedy: Self.remedy)
        }
        let first = CheckpointTensor.prefix(ofLayer: 0)
        feedForwardWidth = try Self.extent(0, of: first + "linear1.weight", "[F, D]", widths, file)
        // Segments are 2000 frames long whatever the weights, so the table has 1 + 125 rows.
        let rows = Configuration.standardPositionCount
        positionCount = try Self.extent(1, of: "pos_embed", "[1, \(rows), D]", rows...rows, file)
    }

    private static let remedy = "Use the checkpoint of an ECHO encoder, as published."

    /// One more than the highest layer that a name speaks of, at least 1.
    private static func layerCount(of file: SafetensorsFile) throws(ModelError) -> Int {
        let names = file.names
        let start = "encoder.layers."
        let layers = names.compactMap { name -> Int? in
            guard name.hasPrefix(start) else { return nil }
            let digits = name.dropFirst(start.count).prefix { $0 != "." }
            guard let layer = Int(digits), layer >= 0, String(layer) == digits else { return nil }
            return layer
        }
        let highest = layers.max() ?? 0
        // Each layer has tensors of its own, so this bounds the work by the size of the file.
        guard highest < max(names.count, 1) else {
            throw ModelError(
                file: file.path, what: "layers are missing",
                values: "layer \(highest) in a file of \(names.count) tensors", remedy: remedy)
        }
        return highest + 1
    }

    private static func requireEveryTensor(
        layerCount: Int, in file: SafetensorsFile
    ) throws(ModelError) {
        // The names depend on the layer count alone.
        let names = Configuration(
            embeddingWidth: 1, layerCount: layerCount, headCount: 1, feedForwardWidth: 1
        ).checkpointTensors.map(\.name)
        let missing = names.filter { file.shape(of: $0) == nil }
        guard missing.isEmpty else {
            throw ModelError(
                file: file.path, what: "\(missing.count) of \(names.count) tensors are missing",
                values: summary(missing), remedy: remedy)
        }
    }

    /// The extent of one dimension of a tensor, which has to lie in `range`.
    private static func extent(
        _ axis: Int, of name: String, _ expected: String, _ range: ClosedRange<Int>,
        _ file: SafetensorsFile
    ) throws(ModelError) -> Int {
        let rank = expected.split(separator: ",").count
        guard let shape = file.shape(of: name), shape.rank == rank, range.contains(shape[axis])
        else {
            throw ModelError(
                file: file.path, what: "tensor \(quoted(name)) has a shape that no encoder has",
                values: "\(file.shape(of: name)?.description ?? "none"), expected \(expected)",
                remedy: remedy)
        }
        return shape[axis]
    }
}
