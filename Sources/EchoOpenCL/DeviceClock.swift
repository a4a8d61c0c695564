/// The device's clock, in which events are timed, set by the host's.
///
/// A command is queued between two readings of the host's clock, so each bounds the difference of
/// the clocks from both sides; the tightest bounds of several count. Good to some microseconds, and
/// to what the clocks drift apart afterwards.
package struct DeviceClock: Sendable {
    private let start: ContinuousClock.Instant
    /// Host minus device, nanoseconds, the host's clock running from `start`.
    private let difference: Int64

    /// Compares the clocks by commands on a queue that profiles.
    package init(_ queue: Queue) throws(OpenCLError) {
        let start = ContinuousClock.now
        let buffer = try Buffer(queue.context, byteCount: 4)
        var (lowest, highest) = (Int64.min, Int64.max)
        for _ in 0..<16 {
            let before = (ContinuousClock.now - start).nanoseconds
            let event = try queue.fill(buffer, byteCount: 4, with: 0)
            let after = (ContinuousClock.now - start).nanoseconds
            try event.wait()
            guard let profile = event.profile else { continue }
            let queued = Int64(truncatingIfNeeded: profile.queued)
            lowest = max(lowest, before - queued)
            highest = min(highest, after - queued)
        }
        self.start = start
        difference = lowest == .min ? 0 : lowest + (highest - lowest) / 2
    }

    /// When the host's clock stood as the device's did at `time`, nanoseconds.
    package func instant(_ time: UInt64) -> ContinuousClock.Instant {
        start + .nanoseconds(Int64(truncatingIfNeeded: time) + difference)
    }
}

extension Duration {
    /// The whole of it; under 292 years.
    fileprivate var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
