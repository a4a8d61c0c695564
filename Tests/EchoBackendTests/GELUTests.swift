import EchoCPU
import EchoGraph
import EchoTensor
import Foundation
import Testing

/// The CPU path's GELU against the C library's erfc in double.
@Suite struct GELUTests {
    /// GELU of each value, behind a product with the identity.
    static func gelu(_ values: [Float]) throws -> [Float] {
        let width = 16
        let rows = (values.count + width - 1) / width
        let padded = values + [Float](repeating: 0, count: rows * width - values.count)
        var graph = Graph()
        let x = graph.input("x", TensorType([rows, width]))
        let identity = HostTensor([width, width]) { weight in
            for index in 0..<width { weight[index * width + index] = 1 }
        }
        let bias = HostTensor([width]) { _ in }
        let groups = graph.input("groups", TensorType([2], .int32))
        graph.output(
            "y",
            try graph.add(
                MatMul(epilogue: .gelu),
                [x, graph.constant(identity), graph.constant(bias), groups], label: "gelu"))
        let run = try Executor(CPUBackend(), fallback: CPUBackend()).run(
            graph,
            inputs: [
                "x": HostTensor(padded, [rows, width]),
                "groups": HostTensor([0, Int32(rows)], [2]),
            ])
        return Array(try #require(run.outputs["y"]).floats.prefix(values.count))
    }

    @Test func agreesWithTheDefinition() throws {
        let values = (-120_000...120_000).map { Float($0) / 10_000 }
        var worst = 0.0
        for (x, actual) in zip(values, try Self.gelu(values)) {
            let expected = 0.5 * Double(x) * erfc(-Double(x) / 2.0.squareRoot())
            let error = abs(Double(actual) - expected)
            worst = max(worst, error / max(abs(Double(x)), 1e-3))
        }
        // oneDNN's erf is within 1.5e-7, so half of 1 + erf within 0.8e-7; its rounding doubles that.
        #expect(worst < 2e-7)
    }

    @Test(arguments: [Float(-40), -8.5, 0, 8.5, 40, 1e30])
    func isTheIdentityOrZeroFarOut(x: Float) throws {
        #expect(abs(try Self.gelu([x])[0] - max(x, 0)) <= 1e-12)
    }
}
