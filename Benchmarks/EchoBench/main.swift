import EchoCPU
import EchoGPU
import EchoGraph
import EchoModel
import EchoOpenCL
import EchoTensor

let clips = Int(CommandLine.arguments.dropFirst().first ?? "16") ?? 16
let seconds = 10
let weights = Weights.synthetic(seed: 1)
let encoder = Encoder(weights)
let layout = BatchLayout(
    (0..<clips).map { _ in .init(sampleRate: 16000, windowLength: 400, hop: 160, frameCount: 998) })
var inputs = encoder.inputs(for: layout)
let shape: Shape = [layout.sampleCount]
var state: UInt64 = 1
inputs["samples"] = HostTensor(shape) { v in
    for i in v.indices {
        state = state &* 6364136223846793005 &+ 1442695040888963407;
        v[i] = Float(Int64(bitPattern: state) >> 40) / Float(1 << 23) * 0.3
    }
}
@MainActor func bench<B: Backend>(_ backend: B) throws {
    let executor = Executor(backend, fallback: CPUBackend())
    let graph = try encoder.graph(for: layout, wantsRows: false)
    _ = try executor.run(graph, inputs: inputs)
    var totals: [String: (Double, Double)] = [:]
    _ = try executor.run(
        graph, inputs: inputs,
        observe: { node, s in
            let key =
                node.operation.stem + " "
                + (node.label.split(separator: ".").last.map(String.init) ?? "")
            totals[key, default: (0, 0)].0 += s
            totals[key, default: (0, 0)].1 += node.operation.flops(
                for: node.inputs.map(graph.type(of:)))
        })
    for (k, v) in totals.sorted(by: { $0.value.0 > $1.value.0 }) {
        print(k, v.0 * 1000, "ms", v.1 / v.0 / 1e9, "GFLOP/s")
    }
    var best = 1e9
    for _ in 0..<5 {
        let t = ContinuousClock.now
        let r = try executor.run(graph, inputs: inputs)
        let s = (ContinuousClock.now - t) / .seconds(1)
        best = min(best, s)
        if best == s {
            print("peak MB", r.peakByteCount / 1_000_000, "total MB", r.totalByteCount / 1_000_000)
        }
    }
    let flops = totals.values.reduce(0) { $0 + $1.1 }
    print(backend.name, "clips/s", Double(clips) / best, "GFLOP/s", flops / best / 1e9)
}
if CommandLine.arguments.contains("cpu") {
    try bench(CPUBackend())
} else {
    for d in try Platform.all().flatMap(\.devices) { try bench(GPUBackend(d)) }
}
