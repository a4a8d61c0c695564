/// Where samples come from: a recording on disk or a signal in memory.
package protocol SampleSource: AnyObject {
    /// What errors call it.
    var path: String { get }
    /// Hz.
    var sampleRate: Int { get }
    var channelCount: Int { get }

    /// Goes back to the first sample.
    func rewind() throws(SignalError)

    /// Fills `block` with the next samples, channels interleaved; returns how many of each channel
    /// there were, 0 at the end.
    func read(into block: inout [Float]) throws(SignalError) -> Int
}

/// A recording on disk. It rewinds by opening the file again, because seeking in MP3 and OGG is not
/// exact, and holds no open file once its end has been read.
package final class FileSource: SampleSource {
    package let path: String
    package let sampleRate: Int
    package let channelCount: Int
    package let declaredFrameCount: Int?
    private var recording: Recording?

    package init(path: String) throws(SignalError) {
        let recording = try Recording(path: path)
        self.path = path
        self.recording = recording
        sampleRate = recording.sampleRate
        channelCount = recording.channelCount
        declaredFrameCount = recording.declaredFrameCount
    }

    package func rewind() throws(SignalError) {
        recording = nil
        let again: Recording
        do throws(SignalError) {
            again = try Recording(path: path)
        } catch {
            throw SignalError(path: path, .changed("it \(error.reason)"))
        }
        guard again.sampleRate == sampleRate, again.channelCount == channelCount else {
            throw SignalError(
                path: path,
                .changed(
                    "\(channelCount) channels at \(sampleRate) Hz became "
                        + "\(again.channelCount) at \(again.sampleRate) Hz"))
        }
        recording = again
    }

    package func read(into block: inout [Float]) throws(SignalError) -> Int {
        let count = try recording?.read(into: &block) ?? 0
        if count == 0 { recording = nil }
        return count
    }
}

/// A mono signal in memory.
package final class MemorySource: SampleSource {
    package let path: String
    package let sampleRate: Int
    package let channelCount = 1
    private let samples: [Float]
    private var position = 0

    package init(_ samples: [Float], sampleRate: Int, name: String) {
        self.samples = samples
        self.sampleRate = sampleRate
        path = name
    }

    package func rewind() { position = 0 }

    package func read(into block: inout [Float]) -> Int {
        let count = min(block.count, samples.count - position)
        block.replaceSubrange(0..<count, with: samples[position..<position + count])
        position += count
        return count
    }
}
