import EchoExtract
import EchoFormats

/// A benchmark of batch sizes as text.
enum BenchReport {
    static func lines(_ benchmark: BatchBenchmark) -> [String] {
        var table = TextTable([
            .right("batch"), .right("clips/s"), .right("of best"), .right("x real time"),
            .right("ms a batch"), .right("planned/MB"), .right("runs"),
        ])
        let best = benchmark.batches.map(\.clipsPerSecond).max() ?? 0
        for batch in benchmark.batches {
            let realTime = batch.clipsPerSecond * Double(benchmark.clipSeconds)
            table.append([
                "\(batch.clipCount)", batch.clipsPerSecond.formatted(decimals: 1),
                (100 * batch.clipsPerSecond / best).formatted(decimals: 0) + " %",
                realTime.formatted(decimals: 0), (1000 * batch.seconds).formatted(decimals: 1),
                ByteText.megabytes(batch.plannedByteCount), "\(batch.runCount)",
            ])
        }
        let size = benchmark.recommendedBatch
        let what =
            "clips of \(benchmark.clipSeconds) s at \(benchmark.sampleRate) Hz, "
            + "\(benchmark.level) embeddings, with \(benchmark.model) in "
            + "\(benchmark.precision) on \(benchmark.device)"
        return table.lines + [
            "Use --batch \(size), the smallest within 3 % of the best (\(what))."
        ]
    }
}
