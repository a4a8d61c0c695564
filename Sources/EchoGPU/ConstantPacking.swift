import EchoTensor

/// How a constant lies in device memory.
enum ConstantPacking: Hashable, Sendable {
    /// As on the host.
    case asItIs
    /// A matrix `[N, K]` as panels of columns: `[ceil(N / columns), K, columns]`, zero beyond `N`.
    case panels(columns: Int)
    /// A vector with zeros behind it, up to a multiple.
    case padded(multiple: Int)

    func apply(to tensor: HostTensor) -> HostTensor {
        switch self {
        case .asItIs:
            return tensor
        case .padded(let multiple):
            let count = (tensor.elementCount + multiple - 1) / multiple * multiple
            return HostTensor([count]) { padded in
                tensor.withFloats { _ = padded.update(fromContentsOf: $0) }
            }
        case .panels(let columns):
            let (rows, depth) = (tensor.shape[0], tensor.shape[1])
            let panels = (rows + columns - 1) / columns
            return HostTensor([panels, depth, columns]) { packed in
                tensor.withFloats { weight in
                    for row in 0..<rows {
                        let start = row / columns * depth * columns + row % columns
                        for k in 0..<depth { packed[start + k * columns] = weight[row * depth + k] }
                    }
                }
            }
        }
    }
}
