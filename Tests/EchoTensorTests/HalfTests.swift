import EchoTensor
import Testing

/// Tensors stored as half.
@Suite(.timeLimit(.minutes(20))) struct HalfTests {
    @Test func valuesAreRoundedToTheNearestHalf() {
        // 2049 lies between 2048 and 2050, ties to even; 6e-8 is the smallest half.
        let tensor = HostTensor([1, -0.1, 2049, 65_520, 6e-8, 0] as [Float], [2, 3]).stored(
            as: .float16)
        #expect(tensor.type == TensorType([2, 3], .float16))
        #expect(tensor.type.byteCount == 12)
        let values = tensor.stored(as: .float32).floats
        #expect(values == [1, -0.099975586, 2048, .infinity, 5.9604645e-08, 0])
    }

    @Test func everyHalfSurvives() {
        let halves = (0...UInt16.max).map { Float(Float16(bitPattern: $0)) }.filter { !$0.isNaN }
        let tensor = HostTensor(halves, [halves.count])
        #expect(tensor.stored(as: .float16).stored(as: .float32).floats == halves)
    }

    @Test func theSameTypeIsTheSameTensor() {
        let tensor = HostTensor([1, 2] as [Float], [2])
        #expect(tensor.stored(as: .float32).isIdentical(to: tensor))
    }
}
