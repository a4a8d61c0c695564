import EchoCPUVectors
import Foundation
import Testing

/// The CPU path's polynomial against the C library's erfc in double.
@Suite(.timeLimit(.minutes(20))) struct GELUTests {
    private func gelu(_ values: [Float]) -> [Float] {
        var values = values
        echo_gelu(&values, values.count)
        return values
    }

    @Test func agreesWithTheDefinition() {
        let values = (-120_000...120_000).map { Float($0) / 10_000 }
        let errors = zip(values, gelu(values)).map { x, result in
            let expected = 0.5 * Double(x) * erfc(-Double(x) / 2.0.squareRoot())
            return abs(Double(result) - expected) / max(abs(Double(x)), 1e-3)
        }
        // The last sum, 2 - erfc, is rounded by 6e-8 of 1; the polynomial's own rounding doubles it.
        #expect(errors.max() ?? 1 < 2e-7)
    }

    @Test(arguments: [Float(-40), -8.5, 0, 8.5, 40, 1e30])
    func isTheIdentityOrZeroFarOut(x: Float) {
        #expect(abs(gelu([x])[0] - max(x, 0)) <= 1e-12)
    }

    /// What does not fill a vector goes another way through the loop.
    @Test(arguments: [1, 3, 15, 16, 17, 31, 33, 97])
    func givesTheSameBitsForEveryCount(count: Int) {
        let values = (0..<count).map { Float($0) / 7 - 5 }
        #expect(gelu(values) == values.map { gelu([$0])[0] })
    }
}
