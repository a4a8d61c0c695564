import EchoModel
import EchoStore
import EchoTensor

/// A table of a part, read whole.
struct Table {
    private let tensor: HostTensor

    init(_ path: String, _ format: ArrayFormat) throws {
        if format == .npy {
            tensor = try NPYFile.read(path)
        } else {
            let file = try SafetensorsFile(path: path)
            tensor = try file.tensor(file.names[0])
        }
    }

    func rows(_ range: Range<Int>) -> [Float] {
        let width = tensor.shape.dimensions[1]
        return Array(tensor.floats[range.lowerBound * width..<range.upperBound * width])
    }
}
