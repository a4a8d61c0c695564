import ArgumentParser
import EchoCPU
import EchoExtract
import EchoGPU
import EchoGraph
import EchoModel
import EchoTensor
import EchoVerify
import Foundation

/// The whole encoder, samples to utterance embeddings, on clips of one length.
struct EncoderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encoder", abstract: "Time the whole encoder on clips of one length.")

    @OptionGroup var device: DeviceOption
    @Option(help: "The model's size: tiny, small, base or large.") var size = ModelSize.tiny
    @Option(help: "Clips of a batch.") var clips = 64
    @Option(help: "Hz.") var rate = 16000
    @Option(help: "Seconds of a clip.") var seconds = 10
    @Option(help: "Timed runs; the median counts.") var runs = 5
    @Flag(help: "Also embed segments, not the utterance alone.") var segments = false
    @Flag(help: "Print what each node of the graph takes, and how near its roofline that is.")
    var nodes = false
    @Option(help: "Write the figures to this file as JSON.") var json: String?

    func run() throws {
        if let backend = try device.open() {
            let roofline = nodes ? try Roofline(of: backend) : nil
            try report(time(backend, roofline) { try Roofline.measurePeak(backend) })
        } else {
            try report(time(CPUBackend(), nil) { nil })
        }
    }

    private struct Timing {
        let device: String
        let seconds: Double
        let flops: Double
        /// FLOP/s, measured before each run; nil on the CPU path.
        let peak: Double?
        /// Of the peak measured just before, the median over the runs.
        let share: Double?
    }

    private func time<B: Backend>(
        _ backend: B, _ roofline: Roofline?, peak: () throws -> Double?
    ) throws -> Timing {
        let batch = ClipBatch(clipCount: clips, sampleRate: rate, seconds: seconds)
        let layout = BatchLayout(batch.segments.map(\.layout))
        let encoder = Encoder(Weights.synthetic(seed: 1, configuration: size.configuration))
        var inputs = encoder.inputs(for: layout)
        inputs["samples"] = HostTensor(batch.segments.flatMap(\.samples), [layout.sampleCount])
        let executor = Executor(backend, fallback: CPUBackend())
        let graph = try encoder.graph(for: layout, wantsRows: segments)
        _ = try executor.run(graph, inputs: inputs)
        if nodes {
            let rewritten = try backend.rewrite(graph)
            _ = try executor.run(graph, inputs: inputs) { node, seconds in
                print(line(node, of: rewritten, seconds, roofline))
            }
        }
        var (times, peaks): ([Double], [Double]) = ([], [])
        for _ in 0..<runs {
            if let peak = try peak() { peaks.append(peak) }
            times.append(
                try Measurement.time { _ = try executor.run(graph, inputs: inputs) })
        }
        let shares = zip(times, peaks).map { graph.flops / $0 / $1 }
        return Timing(
            device: backend.name, seconds: median(times), flops: graph.flops,
            peak: peaks.isEmpty ? nil : median(peaks), share: shares.isEmpty ? nil : median(shares))
    }

    private func line(
        _ node: Graph.Node, of graph: Graph, _ seconds: Double, _ roofline: Roofline?
    ) -> String {
        let types = node.inputs.map(graph.type(of:))
        let flops = node.operation.flops(for: types)
        let bytes = (try? node.operation.bytes(for: types)) ?? 0
        let line =
            "\(node.label) \(node.operation.stem): \(format(seconds * 1000)) ms, "
            + "\(format(flops / 1e9)) GFLOP, \(format(bytes / 1e6)) MB"
        guard let roofline else { return line }
        let share = roofline.share(flops: flops, bytes: bytes, seconds: seconds)
        return line + ", \(format(100 * share)) % of roofline"
    }

    private func report(_ timing: Timing) throws {
        let rate = timing.flops / timing.seconds
        var figures: [String: Any] = [
            "device": timing.device, "clips_per_second": Double(clips) / timing.seconds,
            "gflops": rate / 1e9, "clips": clips, "sample_rate": self.rate, "seconds": seconds,
            "size": size.rawValue, "precision": device.precision.rawValue,
        ]
        var line = "\(timing.device): \(format(Double(clips) / timing.seconds)) clips/s, "
        line += "\(format(rate / 1e9)) GFLOP/s"
        if let peak = timing.peak, let share = timing.share {
            figures["peak_gflops"] = peak / 1e9
            figures["percent_of_peak"] = 100 * share
            line += ", \(format(100 * share)) % of the peak of \(format(peak / 1e9))"
        }
        print(line)
        guard let json else { return }
        try JSONSerialization.data(withJSONObject: figures, options: [.prettyPrinted, .sortedKeys])
            .write(to: URL(fileURLWithPath: json))
    }
}

func format(_ value: Double) -> String { String(format: "%.1f", value) }

extension Graph {
    /// Arithmetic of all nodes that the outputs need.
    var flops: Double {
        Schedule(self).order.reduce(0) { sum, number in
            sum + nodes[number].operation.flops(for: nodes[number].inputs.map(type(of:)))
        }
    }
}
