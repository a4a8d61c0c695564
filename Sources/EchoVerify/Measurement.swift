import EchoInvariant

/// How long something takes, from repeated runs.
package struct Measurement: Sendable {
    /// Seconds of a run, the median.
    package let seconds: Double
    /// Seconds of the fastest run: other work on the machine changes it least.
    package let least: Double
    package let runCount: Int

    /// Runs `work` until `limit` seconds have gone by, once at least; it returns what a run took.
    package init(within limit: Double, _ work: () throws -> Double) throws {
        let start = ContinuousClock.now
        var times: [Double] = []
        repeat {
            times.append(try work())
        } while (ContinuousClock.now - start) / .seconds(1) < limit
        seconds = median(times)
        least = times.min() ?? seconds
        runCount = times.count
    }

    /// Seconds that `work` takes once.
    package static func time(_ work: () throws -> Void) throws -> Double {
        try ContinuousClock().measure(work) / .seconds(1)
    }
}

/// The middle of one or more values.
package func median(_ values: [Double]) -> Double {
    invariant(!values.isEmpty, "the median of nothing")
    return values.sorted()[values.count / 2]
}
