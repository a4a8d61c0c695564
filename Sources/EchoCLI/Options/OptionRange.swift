import ArgumentParser
import EchoExtract
import EchoFormats
import EchoSignal

/// Requires that numbers on the command line are some that can be computed with, and names those that are.
enum OptionRange {
    static func require(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ValidationError("\(name) takes \(range.inWords), not \(value).")
        }
    }

    /// Likewise a sample rate, if one is given.
    static func requireRate(_ name: String, _ rate: Int?) throws {
        let rates = ReadingOptions.sampleRates
        guard let rate, !rates.contains(rate) else { return }
        throw ValidationError("\(name) takes \(rates.inWords) Hz, not \(rate).")
    }

    /// Likewise how long something is timed.
    static func require(_ name: String, _ seconds: Double) throws {
        let limit = BatchBenchmark.secondsLimit
        guard seconds > 0, seconds <= limit else {
            throw ValidationError(
                "\(name) takes more than 0, up to \(limit.formatted(decimals: 0)), not \(seconds).")
        }
    }
}
