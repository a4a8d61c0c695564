import EchoSignal

/// What is known of a recording once it is open.
package struct RecordingFacts: Sendable {
    /// Hz.
    let sampleRate: Int
    /// Samples and STFT frames of each channel.
    let sampleCount: Int
    let frameCount: Int
    /// Seconds of sound.
    let seconds: Double
    /// For each of its outputs the number of the channel; nil if it is not one channel's.
    let channelNumbers: [Int?]
    /// Channels that the device embeds; with `concatenate` all of them make one output.
    let embeddedChannelCount: Int
    /// Bands of frequency, N, of a channel.
    let bandCount: Int
    /// Rows of a channel's segment embeddings, T.
    let rowCount: Int
    /// Segments of all its outputs.
    let segmentCount: Int
    /// What is unusual about it; nil if nothing is.
    let note: String?
    /// Of a file with columns those that were used, one a channel; nil if there is nothing to choose.
    let columns: [String]?

    /// Segments that the device embeds: those of every channel, also if channels make one output.
    var embeddedSegmentCount: Int { segmentCount * joinedChannelCount }

    /// Embeddings of a channel that lie side by side in an output: 1 but with `concatenate`.
    var joinedChannelCount: Int { embeddedChannelCount / channelNumbers.count }

    /// The columns behind an output: that of a channel by its number, or all.
    func columns(of channel: Int?) -> [String]? {
        columns.map { columns in channel.map { [columns[$0]] } ?? columns }
    }

    package init(_ reader: RecordingReader) {
        let channels = reader.channels
        columns = reader.columns
        sampleRate = reader.sampleRate
        sampleCount = reader.sampleCount
        frameCount = reader.totalFrameCount
        seconds = reader.seconds
        bandCount = reader.framing.bandCount
        rowCount = reader.segmentRowCount
        embeddedChannelCount = reader.outputChannelCount
        channelNumbers = channels == .each ? Array(0..<reader.outputChannelCount) : [nil]
        segmentCount = reader.segmentCount * channelNumbers.count
        let broken = reader.declaredFrameCount.flatMap { declared in
            declared == reader.sampleCount
                ? nil : "its header promises \(declared) samples, it holds \(reader.sampleCount)"
        }
        note = Notes.joined([broken, reader.note])
    }
}
