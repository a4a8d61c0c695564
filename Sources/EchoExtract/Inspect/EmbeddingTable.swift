import EchoModel
import EchoStore
import EchoTensor
import Glibc

/// A file of embeddings, read whole: one row, or a table of them.
struct EmbeddingTable {
    let path: String
    let width: Int
    let rowCount: Int
    private let tensor: HostTensor

    /// - Throws: `StoreError` or `ModelError` if the file cannot be read.
    init(path: String) throws {
        self.path = path
        if path.hasSuffix(".safetensors") {
            let file = try SafetensorsFile(path: path)
            tensor = try file.tensor(file.names.first { $0 == "segment" } ?? "utterance")
        } else {
            tensor = try NPYFile.read(path)
        }
        let shape = tensor.shape.dimensions
        width = shape.last ?? 0
        rowCount = width == 0 ? 0 : tensor.elementCount / width
    }

    /// Reads a file of an output folder, which nobody saved with numpy: its error does not say how to.
    ///
    /// - Throws: As ``init(path:)``; what is malformed there is damaged here.
    init(inOutput path: String) throws {
        do {
            try self.init(path: path)
        } catch let error as StoreError {
            switch error.cause {
            case .malformed(let text): throw StoreError(path: path, .damagedRows(text))
            case .system(.open, ENOENT): throw StoreError(path: path, .lostRows)
            default: throw error
            }
        } catch let error as ModelError {
            throw StoreError(path: path, .damagedRows("\(error)"))
        }
    }

    /// Calls `body` with each row in turn.
    func forEachRow(_ body: (Int, UnsafeBufferPointer<Float>) -> Void) {
        tensor.withFloats { values in
            for row in 0..<rowCount {
                body(row, values.extracting(row * width..<(row + 1) * width))
            }
        }
    }
}
