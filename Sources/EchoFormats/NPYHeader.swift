import EchoInvariant
import EchoTensor

/// The header of an NPY file: element type, order and shape, as a Python dictionary.
///
/// Source: numpy, `numpy/lib/format.py`, format versions 1.0, 2.0 and 3.0.
package struct NPYHeader: Hashable {
    /// numpy's name of the element type: `<f4` is float32, little endian.
    package let descriptor: String
    package let isFortranOrder: Bool
    /// Extents, outermost first; they may be anything that is not negative.
    package let dimensions: [Int]

    package static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The bytes of a version 1.0 header for float32 in C order, padded to a multiple of 64.
    ///
    /// - Precondition: the shape has fewer than 1000 dimensions, so that the length fits 16 bits.
    package static func encoded(_ shape: Shape) -> [UInt8] {
        invariant(shape.rank < 1000, "\(shape.rank) dimensions")
        let extents = shape.dimensions.map { "\($0)," }.joined(separator: " ")
        // One extent keeps its comma, as Python writes a tuple of one.
        let tuple = shape.rank > 1 ? String(extents.dropLast()) : extents
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(tuple)), }"
        let prefix = magic.count + 4
        let total = (prefix + text.utf8.count + 1 + 63) / 64 * 64
        text += String(repeating: " ", count: total - prefix - text.utf8.count - 1) + "\n"
        let length = UInt16(text.utf8.count)
        return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
    }

    /// Elements of the shape, nil if a product of its extents does not fit an `Int`.
    package var elementCount: Int? {
        // Zero extents last: the others must fit by themselves, as they do in numpy.
        var count = 1
        for extent in dimensions where extent > 0 {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            if overflow { return nil }
            count = product
        }
        return dimensions.contains(0) ? 0 : count
    }
}
