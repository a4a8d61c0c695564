import EchoModel
import EchoOpenCL

/// How fast a process is thought to be, and who says so.
package struct PlannedSpeed: Sendable, Codable {
    /// Clips of ``clipSeconds`` at ``sampleRate``: recordings of other rates and lengths count by their tokens.
    package let clipsPerSecond: Double
    package let clipSeconds: Int
    /// Hz.
    package let sampleRate: Int
    /// `given`, or `bench`: then where, on what and when it was measured.
    package let source: String
    package internal(set) var device: String?
    package internal(set) var driver: String?
    package internal(set) var host: String?
    /// ISO 8601 in UTC.
    package internal(set) var measured: String?
    package internal(set) var level: String?
    package internal(set) var batch: Int?

    /// Clips a second that can be planned with: one in 11 days, and more than any device embeds.
    package static let clipsPerSecondRange = 1e-6...1e9

    /// The sample rate of clips if nobody says another: that of `bench`.
    package static let standardSampleRate = 16_000

    /// What somebody says.
    init(given clipsPerSecond: Double) {
        (self.clipsPerSecond, source) = (clipsPerSecond, "given")
        (clipSeconds, sampleRate) = (BatchBenchmark.clipSeconds, Self.standardSampleRate)
    }

    /// What was measured.
    init(_ kept: KeptBenchmark, _ measuredBatch: BatchBenchmark.Batch) {
        (clipsPerSecond, source) = (measuredBatch.clipsPerSecond, "bench")
        (clipSeconds, sampleRate) = (kept.benchmark.clipSeconds, kept.benchmark.sampleRate)
        (device, driver, host, measured) = (kept.device, kept.driver, kept.host, kept.measured)
        (level, batch) = (kept.benchmark.level, measuredBatch.clipCount)
    }

    /// Seconds that a process takes for so many tokens.
    func seconds(for tokens: Double) -> Double {
        tokens / RecordingWork.clip(seconds: clipSeconds, sampleRate: sampleRate).tokens
            / clipsPerSecond
    }
}

/// The device that is planned with: one of this machine, or of another if it was measured.
struct PlannedDevice {
    /// Without numbers; of a device that is not here what was asked for.
    let name: String
    /// Nil if it is not here.
    let driver: String?
    /// Nil if it is not here: what kind it is, nobody knows.
    let target: PlannedMemory.Target?

    /// - Parameter text: As ``Echo`` takes a device; part of the name of one that is not here is taken too.
    /// - Throws: ``EchoError`` of kind `device` if it is not here and is no name.
    init(_ text: String) throws(EchoError) {
        let selector = DeviceSelector(text)
        let found = try EchoError.translating { () throws -> Device? in
            guard selector != .cpuPath else { return nil }
            do {
                return try selector.select(from: Platform.listed().flatMap(\.devices))
            } catch let error as OpenCLError {
                switch selector {
                case .auto, .all: return nil
                // No part of a name, but what other programs call a kind of device.
                case .name where !selector.isOfOtherPrograms: return nil
                default:
                    throw EchoError(
                        .device,
                        """
                        \(error) To plan for a device of another machine, give part of its name, as in \
                        --device h100; 'echo-gpu bench' there says how fast it is.
                        """)
                }
            }
        }
        if let found {
            (name, driver) = (found.name, found.driverVersion)
            target = found.kind == .cpu ? .hostDevice : .gpu
        } else if case .name(let part) = selector {
            (name, driver, target) = (part, nil, nil)
        } else {
            let kind = DeviceChoice(backend: nil, reason: "planned").kind
            (name, driver, target) = (kind.name, kind.driver, .cpuPath)
        }
    }

    /// What was measured on it: with its driver of now if there is such, then at this level, then the latest.
    func benchmark(
        in store: BenchmarkStore, _ configuration: Configuration, _ precision: Echo.Precision,
        level: Extraction.Level
    ) -> KeptBenchmark? {
        func rank(_ kept: KeptBenchmark) -> Int {
            (driver == nil || kept.driver == driver ? 2 : 0)
                + (kept.benchmark.level == level.rawValue ? 1 : 0)
        }
        let fitting = store.all().filter { kept in
            kept.isOf(configuration) && kept.benchmark.precision == precision.rawValue
                && (target == nil
                    ? kept.device.lowercased().contains(name.lowercased()) : kept.device == name)
        }
        // Of those that are equally good the first is the latest.
        return fitting.reduce(nil as KeptBenchmark?) { best, next in
            best.map { rank($0) >= rank(next) ? $0 : next } ?? next
        }
    }
}
