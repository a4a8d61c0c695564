import EchoGPU
import EchoModel
import EchoOpenCL
import EchoStore
import FoundationEssentials
import Glibc

/// What `bench` measured and kept for `plan`: clips a second by batch, on which device, when and where.
package struct KeptBenchmark: Sendable, Codable {
    package let benchmark: BatchBenchmark
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

    package init(_ benchmark: BatchBenchmark, _ echo: Echo) {
        self.benchmark = benchmark
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

    /// Two with the same key replace each other.
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

    /// Keeps a benchmark in place of the earlier one.
    ///
    /// - Returns: Its file.
    /// - Throws: ``EchoError`` of kind `write` if the folder or the file cannot be written.
    package func keep(_ kept: KeptBenchmark) throws(EchoError) -> String {
        let file = directory.appending(path: "bench-\(fingerprint(kept.key)).json")
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
        return file.path
    }

    /// All that are kept, the latest first; files that are damaged, of another version or anybody's are none.
    func all() -> [KeptBenchmark] {
        guard CacheFolder.foreignness(directory.path) == nil else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return names.filter { $0.hasPrefix("bench-") && $0.hasSuffix(".json") }
            .compactMap { name in
                let data = try? Data(contentsOf: directory.appending(path: name))
                return data.flatMap { try? decoder.decode(KeptBenchmark.self, from: $0) }
            }
            .sorted { ($0.measured, $0.key) > ($1.measured, $1.key) }
    }
}
