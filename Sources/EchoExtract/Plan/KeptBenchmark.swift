import EchoGPU
import EchoModel
import EchoOpenCL
import EchoSignal
import EchoStore
import FoundationEssentials
import Glibc

/// What `bench` measured and kept for `plan`: clips a second by batch, on which device, when and where.
package struct KeptBenchmark: Sendable, Codable {
    package let benchmark: BatchBenchmark
    /// Seconds that each batch size was to be measured for.
    package let secondsPerBatch: Double
    /// The device without its numbers, which another machine gives it otherwise, and its driver.
    package let device: String
    package let driver: String?
    /// The encoder's sizes: models of the same sizes are equally fast.
    package let embeddingWidth: Int
    package let layerCount: Int
    package let headCount: Int
    /// ISO 8601 in UTC.
    package let measured: String
    /// The machine, and the version of this package.
    package let host: String
    package let version: String

    package init(_ benchmark: BatchBenchmark, _ echo: Echo, secondsPerBatch: Double) {
        (self.benchmark, self.secondsPerBatch) = (benchmark, secondsPerBatch)
        (device, driver) = (echo.engine.kind.name, echo.engine.kind.driver)
        (embeddingWidth, layerCount) = (
            echo.configuration.embeddingWidth, echo.configuration.layerCount
        )
        headCount = echo.configuration.headCount
        measured = Date().formatted(.iso8601)
        host = Self.hostName
        version = Echo.version
    }

    /// The batch to plan with: the largest that was measured and is not larger than what is asked for.
    func batch(upTo size: Int) -> BatchBenchmark.Batch? {
        let fitting = benchmark.batches.filter { $0.clipCount <= size }
        return fitting.max { $0.clipCount < $1.clipCount } ?? benchmark.batches.first
    }

    func isOf(_ configuration: Configuration) -> Bool {
        (embeddingWidth, layerCount, headCount)
            == (configuration.embeddingWidth, configuration.layerCount, configuration.headCount)
    }

    /// Whether it may take the place of an earlier one: what somebody tried quickly must not change plans that
    /// rest on a thorough figure.
    fileprivate func replaces(_ earlier: KeptBenchmark) -> Bool {
        secondsPerBatch >= earlier.secondsPerBatch && largestBatch >= earlier.largestBatch
    }

    private var largestBatch: Int { benchmark.batches.map(\.clipCount).max() ?? 0 }

    /// Whether a plan can be made with its numbers: those of a damaged file may be any.
    fileprivate var isPossible: Bool {
        benchmark.clipSeconds == BatchBenchmark.clipSeconds
            && Framing.supportedSampleRates.contains(benchmark.sampleRate)
            && benchmark.batches.allSatisfy {
                Echo.batchSizes.contains($0.clipCount)
                    && PlannedSpeed.clipsPerSecondRange.contains($0.clipsPerSecond)
            }
    }

    /// Two with the same key are of one kind, of which one is kept.
    fileprivate var key: String {
        [
            device, driver ?? "", "\(embeddingWidth) \(layerCount) \(headCount)",
            benchmark.precision, "\(benchmark.sampleRate)", benchmark.level,
        ].joined(separator: "\n")
    }

    private static var hostName: String {
        var name = utsname()
        guard uname(&name) == 0 else { return "?" }
        return withUnsafeBytes(of: name.nodename) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// Where benchmarks are kept: a file for each device, driver, model's sizes, precision, sample rate and level, beside
/// what `tune` keeps.
package struct BenchmarkStore: Sendable {
    package let directory: URL

    /// - Parameter directory: Made when the first is kept.
    package init(directory: URL = ProgramCache.userDirectory()) { self.directory = directory }

    /// Keeps a benchmark in place of the earlier one, unless that was measured for longer or with larger batches.
    ///
    /// - Returns: The file of the one that is kept, and whether that is this one.
    /// - Throws: ``EchoError`` of kind `write` if the folder or the file cannot be written.
    package func keep(_ kept: KeptBenchmark) throws(EchoError) -> (file: String, isKept: Bool) {
        let file = directory.appending(path: "bench-\(fingerprint(kept.key)).json")
        if let earlier = Self.read(file), !kept.replaces(earlier) { return (file.path, false) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        do {
            let text = try encoder.encode(kept)
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true)
            try text.write(to: file, options: .atomic)
        } catch {
            throw EchoError(
                .write,
                """
                \(file.path) cannot be written: \(error.systemReason). 'echo-gpu plan' will not know the \
                speed; make the folder writable or set XDG_CACHE_HOME to one that is.
                """)
        }
        return (file.path, true)
    }

    /// All that are kept, the latest first; files that are damaged, of another version or anybody's are none.
    func all() -> [KeptBenchmark] {
        guard CacheFolder.foreignness(directory.path) == nil else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.filter { $0.hasPrefix("bench-") && $0.hasSuffix(".json") }
            .compactMap { Self.read(directory.appending(path: $0)) }
            .sorted { ($0.measured, $0.key) > ($1.measured, $1.key) }
    }

    private static func read(_ file: URL) -> KeptBenchmark? {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let data = try? Data(contentsOf: file),
            let kept = try? decoder.decode(KeptBenchmark.self, from: data), kept.isPossible
        else { return nil }
        return kept
    }
}
