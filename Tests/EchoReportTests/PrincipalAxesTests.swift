import EchoStore
import Testing

import EchoReport

@Suite(.timeLimit(.minutes(20)))
struct PrincipalAxesTests {
    /// Float32 sums of at most 256 rows, and directions to 1e-4 of the largest variance.
    private static let tolerance = 1e-3

    @Test func aKnownCloud() {
        // A rectangle of 6 x 2 x 0 about (10, 20, 30), whose long side lies along (0.6, 0.8, 0), the short one along
        // (-0.8, 0.6, 0).
        let sides: [(Float, Float)] = [(3, 1), (3, -1), (-3, 1), (-3, -1)]
        var values: [Float] = []
        for (long, short) in sides {
            values.append(10 + 0.6 * long - 0.8 * short)
            values.append(20 + 0.8 * long + 0.6 * short)
            values.append(30)
        }
        let rows = RowsInMemory(values, width: 3)
        let axes = PrincipalAxes(rows)
        #expect(near(axes.variances, [9, 1]))
        #expect(abs(axes.totalVariance - 10) < Self.tolerance)
        #expect(near(axes.axes[0].map(Double.init), [0.6, 0.8, 0]))
        // Its largest component points up.
        #expect(near(axes.axes[1].map(Double.init), [0.8, -0.6, 0]))
        let places = axes.places(of: rows)
        #expect(near(places.map { Double($0.x) }, [3, 3, -3, -3]))
        #expect(near(places.map { Double($0.y) }, [-1, 1, -1, 1]))
    }

    @Test func variancesAreThoseOfTheWholeCovariance() {
        // 20 columns of independent numbers, of falling size: against Jacobi's rotations of the covariance.
        let (count, width) = (600, 20)
        var state: UInt64 = 5
        let values = (0..<count * width).map { index -> Float in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = Float(Int64(bitPattern: state) >> 40) / 8_388_608
            return number * Float(20 - index % width) + 5
        }
        let expected = SmallSymmetric(covariance(values, width)).eigenvectors().values
        let axes = PrincipalAxes(RowsInMemory(values, width: width))
        #expect(near(axes.variances, Array(expected.prefix(2)), relative: true))
        #expect(abs(axes.totalVariance / expected.reduce(0, +) - 1) < Self.tolerance)
    }

    @Test(arguments: [1, 2, 8, 9])
    func narrowRows(_ width: Int) {
        let values = (0..<3 * width).map { Float($0 * $0 % 7) }
        let axes = PrincipalAxes(RowsInMemory(values, width: width))
        #expect(axes.axes.allSatisfy { $0.count == width && $0.allSatisfy(\.isFinite) })
        #expect(axes.variances.reduce(0, +) <= axes.totalVariance * (1 + Self.tolerance))
    }

    /// Squares of the first are beyond float32, those of the last below it.
    @Test(arguments: [Float(1e30), 1e19, 1, 1e-19, 1e-30])
    func largeAndSmallRowsHaveTheSameMap(_ size: Float) {
        var values = ([3, 1, 3, -1, -3, 1, -3, -1] as [Float]).map { $0 * size }
        PrincipalAxes.scaled(&values)
        let rows = RowsInMemory(values, width: 2)
        let axes = PrincipalAxes(rows)
        #expect(near(axes.variances.map { $0 / axes.totalVariance }, [0.9, 0.1]))
        let places = axes.places(of: rows)
        #expect(places.allSatisfy { $0.x.isFinite && $0.y.isFinite })
        #expect(abs(places[0].x / places[0].y).rounded() == 3)
    }

    @Test func equalRowsLieAtOnePlace() {
        let rows = RowsInMemory([1, 2, 3, 1, 2, 3, 1, 2, 3], width: 3)
        let axes = PrincipalAxes(rows)
        #expect(axes.totalVariance == 0)
        #expect(axes.places(of: rows).allSatisfy { $0 == axes.places(of: rows)[0] })
    }

    private func covariance(_ values: [Float], _ width: Int) -> [[Double]] {
        let count = values.count / width
        let means = (0..<width).map { column in
            (0..<count).reduce(0.0) { $0 + Double(values[$1 * width + column]) } / Double(count)
        }
        return (0..<width).map { first in
            (0..<width).map { second in
                (0..<count).reduce(0.0) { sum, row in
                    sum + (Double(values[row * width + first]) - means[first])
                        * (Double(values[row * width + second]) - means[second])
                } / Double(count)
            }
        }
    }

    private func near(_ values: [Double], _ expected: [Double], relative: Bool = false) -> Bool {
        values.count == expected.count
            && zip(values, expected).allSatisfy {
                abs($0 - $1) <= Self.tolerance * (relative ? abs($1) : 1)
            }
    }
}
