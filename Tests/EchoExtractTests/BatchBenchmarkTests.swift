import EchoExtract
import EchoTestSupport
import Testing

/// What `bench` measures; nothing here asks how long it took.
@Suite(.timeLimit(.minutes(20))) struct BatchBenchmarkTests {
    /// Short and quick: 1000 Hz, a single band.
    private static let options = BatchBenchmark.Options(
        sampleRate: 1000, level: .both, seconds: 0.001, largestBatch: 5)

    @Test(arguments: TestDevice.all)
    func everyPowerOfTwoIsMeasured(device: TestDevice) throws {
        var seen: [Int] = []
        let benchmark = try BatchBenchmark(TestEcho.on(device), Self.options) { seen.append($0) }
        #expect(seen == [1, 2, 4])
        #expect(benchmark.batches.map(\.clipCount) == [1, 2, 4])
        #expect(benchmark.stoppedBy == nil)
        #expect((benchmark.tiling == nil) == device.isCPUPath)
        for batch in benchmark.batches {
            let clips = batch.clipsPerSecond * batch.seconds
            #expect(abs(clips - Double(batch.clipCount)) < 1e-6 && batch.runCount >= 1)
        }
        let memory = benchmark.batches.map(\.plannedByteCount)
        #expect(memory[0] > 0 && memory[1] > memory[0] && memory[2] > memory[1])
        #expect(seen.contains(benchmark.recommendedBatch))
    }

    @Test(arguments: [
        ([100.0], 1), ([40, 80, 96.9, 98, 100], 8), ([40, 80, 97.1, 98, 100], 4),
        ([10, 9, 8], 1), ([1, 2, 4, 3], 4), ([], 1),
    ])
    func theSmallestBatchWithinThreePercentIsTheOneToUse(speeds: [Double], expected: Int) {
        let batches = speeds.enumerated().map {
            BatchBenchmark.Batch(clipCount: 1 << $0.offset, clipsPerSecond: $0.element)
        }
        #expect(BatchBenchmark.recommendedBatch(of: batches) == expected)
    }

    @Test(arguments: [
        BatchBenchmark.Options(sampleRate: 0), .init(sampleRate: 20_000_000),
        .init(largestBatch: 0), .init(seconds: 0), .init(seconds: .nan),
    ])
    func optionsOutOfRangeAreRefused(options: BatchBenchmark.Options) throws {
        let echo = try TestEcho.onCPU()
        let error = #expect(throws: EchoError.self) { try BatchBenchmark(echo, options) }
        #expect(error?.kind == .usage)
    }
}
