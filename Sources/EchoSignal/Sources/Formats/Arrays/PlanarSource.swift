import EchoInvariant

/// Samples of which each channel lies in a stretch of its own: numpy arrays `[channels, samples]`, or
/// vectors of a MATLAB file side by side.
final class PlanarSource: SampleSource {
    let path: String
    let sampleRate: Int
    let channelCount: Int
    private let channels: [RawSource]
    private var block: [Float] = []

    /// - Parameter channels: One source of one channel each, all as long.
    init(_ channels: [RawSource]) {
        invariant(!channels.isEmpty, "a signal of no channels")
        path = channels[0].path
        sampleRate = channels[0].sampleRate
        channelCount = channels.count
        self.channels = channels
    }

    var declaredFrameCount: Int? { channels[0].declaredFrameCount }
    var note: String? { channels[0].note }

    /// Opens each file once, however many channels lie in it.
    func rewind() throws(SignalError) {
        var files: [String: ByteFile] = [:]
        for channel in channels {
            let place = channel.content.location
            let file: ByteFile
            if let open = files[place] {
                file = open
            } else {
                file = try ByteFile(channel.content)
            }
            files[place] = file
            channel.rewind(file)
        }
    }

    func read(into block: inout [Float]) throws(SignalError) -> Int {
        let capacity = block.count / channelCount
        var count = 0
        for (number, channel) in channels.enumerated() {
            if self.block.count != capacity {
                self.block = [Float](repeating: 0, count: capacity)
            }
            count = try channel.read(into: &self.block)
            var place = number
            for index in 0..<count {
                block[place] = self.block[index]
                place += channelCount
            }
        }
        return count
    }

    func skip(_ count: Int) throws(SignalError) -> Int {
        channels.map { $0.skip(count) }.min() ?? 0
    }
}
