import EchoExtract
import EchoModel
import EchoTestSupport
import Foundation
import Testing

/// What `--trace` writes of a real run.
@Suite(.timeLimit(.minutes(20))) struct TraceTests {
    /// A line of the file.
    private struct Line: Decodable {
        struct Arguments: Decodable {
            let name: String?
            let bytes: Int?
            let segments: Int?
        }

        let ph: String
        let name: String
        let cat: String?
        let ts: Double?
        let dur: Double?
        let pid: Int
        let tid: Int
        let args: Arguments?

        var start: Double { ts ?? -1 }
        var end: Double { start + (dur ?? -1) }
    }

    /// Traces an extraction of the mixture in batches of 3 segments; returns its rows by name.
    private static func rows(on device: TestDevice) throws -> [String: [Line]] {
        let folder = try ScratchFolder()
        for (index, signal) in TestEcho.mixture.enumerated() {
            try folder.wav("in/\(index).wav", signal.samples, sampleRate: signal.sampleRate)
        }
        let path = try folder.file("trace.json")
        let trace = try Trace(path: path)
        let weights = ExtractFixtures.weights
        let echo = Echo([try device.engine(weights, trace: trace)], weights)
        let options = Extraction.Options(level: .both, batchSize: 3, output: folder["out"])
        let summary = try Extraction(paths: [folder["in"]], options: options).run(on: echo)
        #expect(summary.embeddedCount == TestEcho.mixture.count)
        try trace.finish()

        let lines = try JSONDecoder().decode(
            [Line].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        var names: [[Int]: String] = [:]
        for line in lines where line.name == "thread_name" {
            names[[line.pid, line.tid]] = line.args?.name
        }
        return Dictionary(grouping: lines.filter { $0.ph == "X" }) {
            names[[$0.pid, $0.tid]] ?? "unnamed"
        }
    }

    @Test(arguments: TestDevice.all)
    func everyStageIsInItsRow(device: TestDevice) throws {
        let rows = try Self.rows(on: device)
        let decoded = rows.filter { $0.key.hasPrefix("decode ") }.flatMap(\.value)
        let count = TestEcho.mixture.count
        #expect(decoded.count { $0.cat == "recording" } == count)
        #expect(decoded.count { $0.name == "open" } == count)
        // Two of the recordings have two segments.
        #expect(decoded.count { $0.name == "segment" } == count + 2)
        let written = try #require(rows["write"])
        #expect(
            written.filter { $0.cat == "recording" }.map(\.name).sorted()
                == (0..<count).map { "\($0).wav" })
        let batches = try #require(rows["collect 0"]).filter { $0.cat == "batch" }
        #expect(batches.compactMap(\.args?.segments).reduce(0, +) == count + 2)
        #expect(rows["unnamed"] == nil)
    }

    @Test(arguments: TestDevice.all)
    func spansNestAndNoneRunsBackwards(device: TestDevice) throws {
        for (name, spans) in try Self.rows(on: device) {
            var open: [Line] = []
            for span in spans.sorted(by: { ($0.start, -$0.end) < ($1.start, -$1.end) }) {
                #expect(span.start >= 0 && span.end >= span.start, "\(name): \(span)")
                // A thousandth of a microsecond: times are whole nanoseconds.
                while let last = open.last, last.end <= span.start + 1e-3 { open.removeLast() }
                if let last = open.last {
                    #expect(span.end <= last.end + 1e-3, "\(name): \(span) leaves \(last)")
                }
                open.append(span)
            }
        }
    }

    @Test(arguments: TestDevice.all)
    func kernelsOfEveryOperationRunWithinTheBatches(device: TestDevice) throws {
        let rows = try Self.rows(on: device)
        let layout = BatchLayout([
            .init(sampleRate: 1000, windowLength: 25, hop: 10, frameCount: 17)
        ])
        let graph = try Encoder(ExtractFixtures.weights).graph(for: layout, wantsRows: true)
        let kernels = rows.values.joined().filter { $0.cat == "kernel" }
        for stem in try device.stems(graph) {
            #expect(kernels.contains { $0.name.hasPrefix(stem) }, "no kernel of \(stem)")
        }
        let batches = try #require(rows["collect 0"]).filter { $0.cat == "batch" }
        let (start, end) = (batches.map(\.start).min() ?? 0, batches.map(\.end).max() ?? 0)
        // A millisecond for what the device's clock is off.
        #expect(kernels.allSatisfy { $0.start >= start - 1000 && $0.end <= end + 1000 })
        let busy = kernels.reduce(0) { $0 + $1.end - $1.start }
        #expect(busy > 0 && busy <= end - start + 1000)

        let transfers = rows.values.joined().filter { $0.cat == "transfer" }
        #expect(transfers.isEmpty == device.isCPUPath)
        #expect(transfers.allSatisfy { ($0.args?.bytes ?? 0) > 0 })
        for name in device.isCPUPath ? [] : ["upload", "download"] {
            #expect(transfers.contains { $0.name == name })
        }
    }

    @Test func aTraceOfNothingIsAnEmptyList() throws {
        let folder = try ScratchFolder()
        let path = try folder.file("trace.json")
        let trace = try Trace(path: path)
        try trace.finish()
        try trace.finish()
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(try JSONDecoder().decode([Line].self, from: data).isEmpty)
    }

    @Test func aFileThatCannotBeMadeOrWrittenIsNamed() throws {
        let folder = try ScratchFolder()
        let missing = folder["nowhere/trace.json"]
        var error = #expect(throws: EchoError.self) { try Trace(path: missing) }
        #expect(error?.kind == .create && error?.message.contains(missing) == true)
        error = #expect(throws: EchoError.self) { try Trace(path: "/dev/full").finish() }
        #expect(error?.kind == .write && error?.message.contains("disk is full") == true)
    }
}
