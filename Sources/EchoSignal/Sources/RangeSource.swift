/// A part of a recording, from one second to another.
///
/// Samples `[round(start * rate), round(end * rate))`. An end beyond the recording's is the
/// recording's, and noted.
final class RangeSource: SampleSource {
    private let source: any SampleSource
    private let start: Double
    private let end: Double?
    /// Samples of the part; `Int.max` where it goes to the end.
    private let length: Int
    private var remaining: Int
    private var earlyEnd: String?

    /// - Throws: ``SignalError`` if the recording ends before the part starts.
    init(_ source: any SampleSource, start: Double, end: Double?) throws(SignalError) {
        self.source = source
        self.start = start
        self.end = end
        let first = Self.sample(start, source.sampleRate)
        length = end.map { max(0, Self.sample($0, source.sampleRate) - first) } ?? Int.max
        remaining = length
        try skipToStart()
    }

    var path: String { source.path }
    var sampleRate: Int { source.sampleRate }
    var channelCount: Int { source.channelCount }
    var isPCM16: Bool { source.isPCM16 }
    var columns: [String]? { source.columns }

    var note: String? { earlyEnd ?? (end == nil ? source.note : nil) }

    func rewind() throws(SignalError) {
        try source.rewind()
        try skipToStart()
        remaining = length
    }

    func read(into block: inout [Float]) throws(SignalError) -> Int {
        guard remaining > 0 else { return 0 }
        return cut(try source.read(into: &block))
    }

    func read(codes block: UnsafeMutableBufferPointer<Int16>) throws(SignalError) -> Int {
        guard remaining > 0 else { return 0 }
        return cut(try source.read(codes: block))
    }

    /// How many of the samples that were read belong to the part.
    private func cut(_ read: Int) -> Int {
        if read == 0, let end {
            let seconds = Double(Self.sample(end, sampleRate) - remaining) / Double(sampleRate)
            earlyEnd = "the part to embed ends at \(end) s, the recording at \(seconds) s"
        }
        let count = min(read, remaining)
        if length != .max { remaining -= count }
        return count
    }

    private func skipToStart() throws(SignalError) {
        let first = Self.sample(start, sampleRate)
        guard first > 0 else { return }
        let skipped = try source.skip(first)
        guard skipped == first else {
            let seconds = Double(skipped) / Double(sampleRate)
            throw SignalError(path: path, .outsideRange(start: start, seconds: seconds))
        }
    }

    /// The sample at that second; no further than any recording reaches.
    private static func sample(_ seconds: Double, _ sampleRate: Int) -> Int {
        Int(min((seconds * Double(sampleRate)).rounded(), 1e15))
    }
}
