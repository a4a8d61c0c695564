import EchoScore
import Testing

@Suite(.timeLimit(.minutes(20))) struct MetricTests {
    @Test(arguments: [1, 15, 16, 17, 100])
    func distancesAreTheFormulas(width: Int) {
        var random = TestRandom(seed: 3)
        let x = (0..<width).map { _ in random.next() }
        let y = (0..<width).map { _ in random.next() }
        func dot(_ x: [Float], _ y: [Float]) -> Double {
            zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let lengths = [x, y].map { dot($0, $0).squareRoot() + 1e-10 }
        let cosine = dot(x, y) / (lengths[0] * lengths[1])
        let squares = zip(x, y).reduce(0.0) {
            $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
        }
        #expect(abs(Metric.cosine.distance(x, y) - (1 - cosine)) < 1e-14)
        #expect(abs(Metric.euclidean.distance(x, y) - squares.squareRoot()) < 1e-14)
        #expect(abs(Metric.cosine.distance(x, x)) < 1e-9 / dot(x, x).squareRoot())
        #expect(Metric.euclidean.distance(x, x) == 0)
    }

    @Test func aRowOfZerosHasNoDirection() {
        #expect(Metric.cosine.distance([0, 0], [1, 2]) == 1)
        #expect(Metric.cosine.distance([0, 0], [0, 0]) == 1)
        #expect(Metric.euclidean.distance([0, 0], [3, 4]) == 5)
    }
}
