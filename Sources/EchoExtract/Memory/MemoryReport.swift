/// Seconds that a caller's thread waits for results before it asks whether to go on.
let memoryLookInterval = 0.1

/// Tells a caller how far its call is, and asks whether to go on.
package struct MemoryReport {
    /// Callers are promised 0.25 s.
    private static let interval = Duration.milliseconds(100)

    /// 0 while nobody knows.
    var total: Int
    var done = 0
    private var last = ContinuousClock.now

    package init(total: Int) { self.total = total }

    /// - Parameter progress: Told how many are done, and of how many; false stops.
    /// - Throws: ``MemoryFailure`` of kind `stopped` if the caller wants no more.
    package mutating func tell(_ progress: (_ done: Int, _ total: Int) -> Bool)
        throws(MemoryFailure)
    {
        let goesOn = progress(done, total)
        last = .now
        guard goesOn else {
            throw MemoryFailure(
                EchoError(
                    .stopped,
                    "stopped after \(done) of \(total), as the progress callback asked."))
        }
    }

    /// Likewise, where the last time was a while ago.
    package mutating func tellNowAndThen(
        _ progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(MemoryFailure) {
        if ContinuousClock.now - last >= Self.interval, done < max(total, 1) { try tell(progress) }
    }
}
