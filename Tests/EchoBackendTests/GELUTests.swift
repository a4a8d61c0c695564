import EchoCPU
import Foundation
import Testing

/// The CPU path's polynomial against the C library's erfc in double.
@Suite struct GELUTests {
    @Test func agreesWithTheDefinition() {
        var worst = 0.0
        for step in -120_000...120_000 {
            let x = Float(step) / 10_000
            let expected = 0.5 * Double(x) * erfc(-Double(x) / 2.0.squareRoot())
            let error = abs(Double(gelu(x)) - expected)
            worst = max(worst, error / max(abs(Double(x)), 1e-3))
        }
        // The last sum, 2 - erfc, is rounded by 6e-8 of 1; the polynomial's own rounding doubles it.
        #expect(worst < 2e-7)
    }

    @Test(arguments: [Float(-40), -8.5, 0, 8.5, 40, 1e30])
    func isTheIdentityOrZeroFarOut(x: Float) {
        #expect(abs(gelu(x) - max(x, 0)) <= 1e-12)
    }
}
