import EchoSignal

/// What is embedded from memory: signals, or spectrograms.
protocol MemoryInputs: Sendable {
    associatedtype Segment: EngineSegment

    var count: Int { get }

    /// Looks at an input whole; what comes back gives its segments one by one, nil after the last.
    ///
    /// - Throws: ``SignalError`` if it cannot be embedded.
    func open(
        _ index: Int
    ) throws(SignalError) -> () throws(SignalError) -> Segment?
}

/// Why inputs in memory were not embedded.
package struct MemoryFailure: Error {
    package let error: EchoError
    /// Which of the inputs is the reason; nil if none is.
    package let index: Int?

    package init(_ error: EchoError, index: Int? = nil) {
        (self.error, self.index) = (error, index)
    }
}

/// What errors call an input in memory.
package enum MemoryName {
    /// One of several has its number, from 0.
    package static func signal(_ index: Int, of count: Int) -> String {
        count == 1 ? "signal" : "signal \(index) of the batch"
    }

    /// Likewise.
    package static func spectrogram(_ index: Int, of count: Int) -> String {
        count == 1 ? "spectrogram" : "spectrogram \(index) of the batch"
    }
}
