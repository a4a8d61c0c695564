import ArgumentParser
import EchoExtract
import EchoModel
import Foundation

/// What the host can feed: the whole of `extract`, on devices that compute nothing.
struct HostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host",
        abstract: "Time what the host does of an extraction: find, decode, lay out, submit, write.",
        discussion: """
            The devices compute nothing and their embeddings are zeros, so that the processor's time \
            for a recording is the host's alone; a driver's share is not in it. Beside it stands \
            where it went, by the names of the threads. A process runs once: the memory of a second run
            would be there already. Benchmarks/scale.py host runs it again and again.
            """)

    @Argument(help: "Recordings, or folders or archives of them.") var inputs: [String]
    @Option(help: "Segments of a batch.") var batch = 64
    @Option(help: "Devices that share the work.") var devices = 1
    @Option(help: "utterance, segment or both.") var level = Extraction.Level.utterance
    @Option(help: "Write the figures to this file as JSON.") var json: String?

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "echo-bench-host-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let figures = try measure(folder.path)
        print(figures.description)
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(figures).write(to: URL(fileURLWithPath: json))
    }

    func validate() throws {
        guard devices > 0 else { throw ValidationError("\(devices) devices; take 1 or more") }
    }

    /// One run, from the first look at the inputs to the last part written.
    private func measure(_ output: String) throws -> Figures {
        let weights = Weights.synthetic(seed: 1)
        let engines = (0..<devices).map { number in
            Engine(
                weights: weights,
                choice: DeviceChoice(
                    NullBackend("nothing \(number)"), reason: "it computes nothing"))
        }
        let echo = Echo(engines, weights)
        var options = Extraction.Options(
            level: level, batchSize: batch, output: output, listsRecordings: false)
        options.storage.layout = .parts
        let threads = ThreadTimes()
        let (start, before) = (ContinuousClock.now, Usage())
        let extraction = try Extraction(paths: inputs, options: options)
        let summary = try extraction.run(on: echo)
        let after = Usage()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        threads.stop()
        guard summary.embeddedCount > 0 else { throw ValidationError("nothing was embedded") }
        let count = Double(summary.embeddedCount)
        return Figures(
            recordings: summary.embeddedCount, failures: summary.badCount,
            recordingsPerSecond: count / seconds,
            milliseconds: 1000 * (after.seconds - before.seconds - threads.ownSeconds) / count,
            pageFaults: Double(after.pageFaultCount - before.pageFaultCount) / count,
            peakMegabytes: Double(after.peakByteCount) / 1e6,
            stages: threads.stages.mapValues { 1000 * $0 / count })
    }
}

extension HostCommand {
    /// What one run gave; times are the processor's, for a recording.
    struct Figures: Codable {
        let recordings, failures: Int
        let recordingsPerSecond: Double
        let milliseconds: Double
        let pageFaults: Double
        let peakMegabytes: Double
        let stages: [String: Double]

        var description: String {
            let parts = stages.sorted { $0.value > $1.value }.filter { $0.value >= 0.0005 }
                .map { "\($0.key) \(String(format: "%.3f", $0.value))" }.joined(separator: ", ")
            return """
                \(recordings) recordings (\(failures) failed): \(format(recordingsPerSecond)) a second, \
                \(String(format: "%.3f", milliseconds)) ms of processor each, \
                \(format(pageFaults)) page faults each, peak \(format(peakMegabytes)) MB; \(parts)
                """
        }
    }

    /// What this process has used so far.
    private struct Usage {
        let seconds: Double
        let pageFaultCount: Int
        let peakByteCount: Int

        init() {
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            seconds = [usage.ru_utime, usage.ru_stime].reduce(0) {
                $0 + Double($1.tv_sec) + Double($1.tv_usec) * 1e-6
            }
            pageFaultCount = usage.ru_minflt
            peakByteCount = usage.ru_maxrss * 1024
        }
    }
}

extension Extraction.Level: ExpressibleByArgument {}
