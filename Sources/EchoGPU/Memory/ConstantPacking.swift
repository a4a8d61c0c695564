import EchoTensor

/// How a constant lies in device memory.
enum ConstantPacking: Hashable, Sendable {
    /// As on the host.
    case asItIs
    /// A matrix `[N, K]` as panels of columns: `[ceil(N / columns), K, columns]`, zero beyond `N`.
    case panels(columns: Int)
    /// A vector with zeros behind it, up to a multiple.
    case padded(multiple: Int)
    /// A matrix as tiles for a matrix unit, and what undoes the factors of its rows.
    case fragments(FragmentPacking)
    case factors(FragmentPacking)

    /// The constant as it lies there, of the same element type if it is not split.
    func apply(to tensor: HostTensor) -> HostTensor {
        switch self {
        case .asItIs:
            return tensor
        case .padded(let multiple):
            let count = (tensor.elementCount + multiple - 1) / multiple * multiple
            return HostTensor(TensorType([count], tensor.type.element)) { padded in
                tensor.withBytes { padded.copyMemory(from: $0) }
            }
        case .fragments(let packing):
            return packing.apply(to: tensor)
        case .factors(let packing):
            return packing.factors(of: tensor)
        case .panels(let columns):
            // The bits of a half or of a float.
            return tensor.type.element == .float16
                ? Self.panels(of: tensor, columns, UInt16.self)
                : Self.panels(of: tensor, columns, UInt32.self)
        }
    }

    private static func panels<Element: BitwiseCopyable>(
        of tensor: HostTensor, _ columns: Int, _ element: Element.Type
    ) -> HostTensor {
        let (rows, depth) = (tensor.shape[0], tensor.shape[1])
        let panels = (rows + columns - 1) / columns
        return HostTensor(TensorType([panels, depth, columns], tensor.type.element)) { bytes in
            let packed = bytes.bindMemory(to: element)
            tensor.withBytes { bytes in
                let weight = bytes.bindMemory(to: element)
                for row in 0..<rows {
                    let start = row / columns * depth * columns + row % columns
                    for k in 0..<depth { packed[start + k * columns] = weight[row * depth + k] }
                }
            }
        }
    }
}

extension ElementType {
    /// Macros of common.cl: how matrices lie in memory.
    var storageOptions: [String] { self == .float16 ? ["-DSTORED_HALF"] : [] }
}
