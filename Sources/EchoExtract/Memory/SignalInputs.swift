import EchoSignal

/// Signals in memory.
package struct SignalInputs: MemoryInputs {
    /// One of them.
    package struct Entry: Sendable {
        let samples: MemoryValues
        let sampleRate: Int

        /// - Parameter sampleRate: Hz.
        package init(_ samples: MemoryValues, sampleRate: Int) {
            (self.samples, self.sampleRate) = (samples, sampleRate)
        }
    }

    private let entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    package var count: Int { entries.count }

    func open(
        _ index: Int
    ) throws(SignalError) -> () throws(SignalError) -> SignalSegment? {
        let entry = entries[index]
        let source = MemorySource(
            entry.samples, sampleRate: entry.sampleRate, name: MemoryName.signal(index, of: count))
        let reader = try RecordingReader.open(source)
        return { () throws(SignalError) in try reader.next() }
    }
}
