import EchoGraph
import EchoInvariant
import EchoTensor

/// How the weights of consecutive layers lie in one buffer, as encoder_stack.cl reads them: each layer's in
/// the order of their use.
enum StackPacking: Hashable {
    /// The matrices as tiles of a unit's right operands: halves, one behind the other.
    case stages(MatrixUnit.Layout)
    /// Biases, scales and shifts: float32, one behind the other.
    case vectors

    /// Columns of a head, and those of the MLP's hidden ones that are computed at a time.
    static let headWidth = 64
    static let sliceWidth = 32

    /// - Parameter tensors: Twelve of each layer, as ``EncoderStack`` takes them.
    func apply(to tensors: [HostTensor]) -> HostTensor {
        let step = EncoderStack.layerInputCount
        let layers = stride(from: 0, to: tensors.count, by: step).map {
            StackLayer(tensors: tensors[$0..<$0 + step])
        }
        switch self {
        case .vectors:
            let floats = layers.flatMap(\.vectors)
            return HostTensor(floats, [floats.count])
        case .stages(let layout):
            let parts = layers.flatMap(\.parts)
            let count = parts.reduce(0) { $0 + $1.rows.count * $1.columns.count }
            // What the ring is filled with behind the last stage: zeros.
            let end = StackGroup.largestRing * MatrixUnit.tileHalves
            return HostTensor(TensorType([count + end], .float16)) { bytes in
                var writer = TileWriter(layout, to: bytes.bindMemory(to: UInt16.self))
                for part in parts { writer.add(part) }
            }
        }
    }
}

/// The weights of a layer: qkv, output, norm1, hidden, projection and norm2, two tensors each.
private struct StackLayer {
    private let qkv, output, hidden, projection: HostTensor
    private let qkvBias, outputBias, hiddenBias, projectionBias: [Float]
    /// Scales and shifts.
    private let norm1, norm2: [Float]
    /// Rows of q, k and v of each head.
    private let headRows: [[Range<Int>]]

    init(tensors: ArraySlice<HostTensor>) {
        let all = Array(tensors)
        (qkv, output, hidden, projection) = (all[0], all[2], all[6], all[8])
        (qkvBias, outputBias) = (all[1].floats, all[3].floats)
        (hiddenBias, projectionBias) = (all[7].floats, all[9].floats)
        norm1 = all[4].floats + all[5].floats
        norm2 = all[10].floats + all[11].floats
        let (width, head) = (output.shape[0], StackPacking.headWidth)
        headRows = stride(from: 0, to: width, by: head).map { first in
            [0, width, 2 * width].map { $0 + first..<$0 + first + head }
        }
    }

    var vectors: [Float] {
        headRows.joined().flatMap { qkvBias[$0] } + outputBias + norm1 + hiddenBias + projectionBias
            + norm2
    }

    /// The matrices, as the kernel multiplies with them.
    var parts: [MatrixPart] {
        let width = output.shape[0]
        let slices = stride(from: 0, to: hidden.shape[0], by: StackPacking.sliceWidth).map {
            $0..<$0 + StackPacking.sliceWidth
        }
        return headRows.map { MatrixPart(qkv, rows: $0.flatMap(Array.init), columns: 0..<width) }
            + [MatrixPart(output, rows: Array(0..<width), columns: 0..<width)]
            + slices.flatMap { slice in
                [
                    MatrixPart(hidden, rows: Array(slice), columns: 0..<width),
                    MatrixPart(projection, rows: Array(0..<width), columns: slice),
                ]
            }
    }
}

/// Some rows (columns of the product) and columns (steps of k) of a matrix of halves.
private struct MatrixPart {
    let matrix: HostTensor
    let rows: [Int]
    let columns: Range<Int>

    init(_ matrix: HostTensor, rows: [Int], columns: Range<Int>) {
        invariant(matrix.type.element == .float16, "\(matrix.type) is not half")
        (self.matrix, self.rows, self.columns) = (matrix, rows, columns)
    }
}

/// Writes tiles of 16 x 16 one behind the other: steps of k outside, columns of the product inside.
private struct TileWriter {
    /// Where element `[k, n]` lies in its tile, at `k * side + n`.
    private let places: [Int]
    private let target: UnsafeMutableBufferPointer<UInt16>
    private var next = 0

    init(_ layout: MatrixUnit.Layout, to target: UnsafeMutableBufferPointer<UInt16>) {
        let unit = MatrixUnit(layout)
        places = (0..<MatrixUnit.tileHalves).map {
            unit.rightPlace(k: $0 / MatrixUnit.side, n: $0 % MatrixUnit.side)
        }
        self.target = target
    }

    mutating func add(_ part: MatrixPart) {
        let (side, line) = (MatrixUnit.side, part.matrix.shape[1])
        let (start, end) = (part.columns.lowerBound, part.columns.upperBound)
        part.matrix.withBytes { bytes in
            let bits = bytes.bindMemory(to: UInt16.self)
            for k in stride(from: start, to: end, by: side) {
                for first in stride(from: 0, to: part.rows.count, by: side) {
                    for n in 0..<side {
                        let source = part.rows[first + n] * line + k
                        for step in 0..<side {
                            target[next + places[step * side + n]] = bits[source + step]
                        }
                    }
                    next += MatrixUnit.tileHalves
                }
            }
        }
    }
}
