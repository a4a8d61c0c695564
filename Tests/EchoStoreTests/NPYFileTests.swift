import EchoStore
import EchoTensor
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct NPYFileTests {
    @Test(arguments: [
        [] as Shape, [0], [1], [3648], [32, 1344], [0, 7], [2, 3, 4], [1, 1, 1, 1, 1],
    ])
    func whatIsWrittenIsReadBack(shape: Shape) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        let values = (0..<shape.elementCount).map { Float($0) / 3 - 7 }
        try NPYFile.write(values, shape: shape, to: path)
        let tensor = try NPYFile.read(path)
        #expect(tensor.shape == shape)
        #expect(tensor.floats == values)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect((bytes.count - 4 * shape.elementCount).isMultiple(of: 64))
    }

    /// As numpy 2.4's `numpy.save` writes `numpy.arange(6, dtype="<f4").reshape(2, 3)`.
    @Test func theBytesAreThoseOfNumpy() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        try NPYFile.write([0, 1, 2, 3, 4, 5], shape: [2, 3], to: path)
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
        let padding = String(repeating: " ", count: 128 - 10 - text.count - 1) + "\n"
        var expected = Data([0x93] + "NUMPY".utf8 + [1, 0, 118, 0] + (text + padding).utf8)
        for value in 0..<6 {
            withUnsafeBytes(of: Float(value).bitPattern.littleEndian) {
                expected.append(contentsOf: $0)
            }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == expected)
    }

    @Test func valuesKeepTheirBits() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        let values: [Float] = [
            -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, .nan,
        ]
        try NPYFile.write(values, shape: [5], to: path)
        #expect(try NPYFile.read(path).floats.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test func aShapeOfOtherSizeIsRefusedAndNothingStays() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        for count in [5, 7] {
            let values = [Float](repeating: 1, count: count)
            #expect(throws: StoreError(path: path, .wrongCount(promised: 6, written: count))) {
                try NPYFile.write(values, shape: [2, 3], to: path)
            }
        }
        #expect(try scratch.contents().isEmpty)
    }
}
