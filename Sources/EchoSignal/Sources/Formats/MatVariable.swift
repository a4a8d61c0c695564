import CMatIO
import EchoFormats

/// A variable of a MATLAB file, its values unread.
final class MatVariable: CustomStringConvertible {
    let name: String
    let dimensions: [Int]
    private let info: UnsafeMutablePointer<matvar_t>
    private let element: Element?

    /// Numbers that can be samples; integers are scaled to [-1, 1) as a recording's are.
    private enum Element {
        case double, single, int8, uint8, int16, int32

        init?(_ type: matio_classes) {
            switch type {
            case MAT_C_DOUBLE: self = .double
            case MAT_C_SINGLE: self = .single
            case MAT_C_INT8: self = .int8
            case MAT_C_UINT8: self = .uint8
            case MAT_C_INT16: self = .int16
            case MAT_C_INT32: self = .int32
            default: return nil
            }
        }

        var byteCount: Int {
            switch self {
            case .double: 8
            case .single, .int32: 4
            case .int16: 2
            case .int8, .uint8: 1
            }
        }

        func samples(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Float] {
            switch self {
            case .double: bytes.bindMemory(to: Double.self).prefix(count).map { Float($0) }
            case .single: Array(bytes.bindMemory(to: Float.self).prefix(count))
            case .int8: bytes.bindMemory(to: Int8.self).prefix(count).map { Float($0) / 128 }
            case .uint8: bytes.prefix(count).map { Float(Int($0) - 128) / 128 }
            case .int16:
                bytes.bindMemory(to: Int16.self).prefix(count).map { Float($0) / 32_768 }
            case .int32:
                bytes.bindMemory(to: Int32.self).prefix(count).map { Float($0) / 2_147_483_648 }
            }
        }
    }

    /// Takes what libmatio says of a variable, and frees it in the end.
    init(_ info: UnsafeMutablePointer<matvar_t>) {
        self.info = info
        name = info.pointee.name.map { String(cString: $0) } ?? ""
        let rank = info.pointee.dims == nil ? 0 : min(64, max(0, Int(info.pointee.rank)))
        dimensions = (0..<rank).map { Int(clamping: info.pointee.dims[$0]) }
        element =
            info.pointee.isComplex == 0 && info.pointee.isLogical == 0
            ? Element(info.pointee.class_type) : nil
    }

    deinit { Mat_VarFree(info) }

    /// Numbers that its extents make; `Int.max` where they overflow.
    var elementCount: Int {
        dimensions.reduce(dimensions.isEmpty ? 0 : 1) { product, extent in
            let (result, overflow) = product.multipliedReportingOverflow(by: extent)
            return overflow ? Int.max : result
        }
    }

    /// Real numbers in two dimensions.
    var isSignal: Bool { element != nil && dimensions.count == 2 }
    /// More than one number, in a row or a column.
    var isVector: Bool { elementCount > 1 && dimensions.contains(1) }

    var description: String {
        let shape = dimensions.map(String.init).joined(separator: "x")
        return "\(quoted(name)) \(shape)\(element.map { " \($0)" } ?? "")"
    }

    /// Its values in MATLAB's order, in pieces that grow, so that a header that lies about their
    /// number is found out before much memory is taken.
    ///
    /// - Throws: ``SignalError`` where they end early.
    func read(_ file: OpaquePointer, _ content: SignalContent) throws(SignalError) -> [Float] {
        guard let element else { return [] }
        var samples: [Float] = []
        var size = 1 << 20
        while samples.count < elementCount {
            let count = min(size, elementCount - samples.count)
            let words = (count * element.byteCount + 7) / 8
            var piece = [UInt64](repeating: 0, count: words)
            let status = piece.withUnsafeMutableBytes {
                Mat_VarReadDataLinear(
                    file, info, $0.baseAddress, Int32(clamping: samples.count), 1,
                    Int32(clamping: count))
            }
            guard status == 0 else {
                throw content.error(
                    .malformed(
                        format: "a .mat file",
                        "\(quoted(name)) ends after about \(samples.count) of its "
                            + "\(elementCount) numbers"))
            }
            piece.withUnsafeBytes { samples += element.samples($0, count: count) }
            size = min(2 * size, 1 << 24)
        }
        return samples
    }
}
