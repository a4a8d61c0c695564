import EchoTensor
import Testing

@Suite(.timeLimit(.minutes(20))) struct ComparisonTests {
    @Test func equalValuesPass() {
        let same = Comparison(
            actual: [1, -2, 3], reference: [1, -2, 3], tolerance: Tolerance(absolute: 0))
        #expect(same.passes)
        #expect(same.maximumError == 0)
        #expect(abs(same.cosine - 1) < 1e-12)
    }

    @Test func aNaNIsAMismatchWhateverTheTolerance() {
        let broken = Comparison(
            actual: [.nan, 1], reference: [0, 1], tolerance: Tolerance(absolute: 1e9))
        #expect(!broken.passes)
        #expect(broken.maximumError == .infinity)
        #expect(broken.firstMismatches.first?.index == 0)
    }

    @Test func toleranceIsAbsolutePlusRelative() {
        let tolerance = Tolerance(absolute: 0.1, relative: 0.01)
        #expect(
            Comparison(actual: [101.05], reference: [100], tolerance: tolerance).passes)
        #expect(!Comparison(actual: [101.2], reference: [100], tolerance: tolerance).passes)
    }
}
