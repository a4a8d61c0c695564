import EchoInvariant

/// Some of the channels of a source, in their order.
final class SelectedChannels: SampleSource {
    private let source: any SampleSource
    private let channels: [Int]
    private var block: [Float] = []

    /// - Precondition: `source` has those channels.
    init(_ channels: [Int], of source: any SampleSource) {
        invariant(!channels.isEmpty, "a signal of no channels")
        (self.source, self.channels) = (source, channels)
    }

    var path: String { source.path }
    var sampleRate: Int { source.sampleRate }
    var channelCount: Int { channels.count }
    var declaredFrameCount: Int? { source.declaredFrameCount }
    var note: String? { source.note }

    func rewind() throws(SignalError) { try source.rewind() }

    func read(into block: inout [Float]) throws(SignalError) -> Int {
        let size = block.count / channels.count * source.channelCount
        if self.block.count != size { self.block = [Float](repeating: 0, count: size) }
        let count = try source.read(into: &self.block)
        var place = 0
        for index in 0..<count {
            for channel in channels {
                block[place] = self.block[index * source.channelCount + channel]
                place += 1
            }
        }
        return count
    }

    func skip(_ count: Int) throws(SignalError) -> Int { try source.skip(count) }
}
