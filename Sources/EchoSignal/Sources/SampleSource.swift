import EchoFormats
import EchoInvariant

/// Where samples come from: a recording, a signal in a file or a signal in memory.
package protocol SampleSource: AnyObject {
    /// What errors call it.
    var path: String { get }
    /// Hz.
    var sampleRate: Int { get }
    var channelCount: Int { get }
    /// Samples of each channel that a header promises; nil if there is no such promise.
    var declaredFrameCount: Int? { get }
    /// Whether every sample is a multiple of 1 / 32768 in [-1, 1).
    var isPCM16: Bool { get }
    /// What is unusual about it, once it was read to its end; nil if nothing is.
    var note: String? { get }
    /// Of a file with columns those that its channels are, one a channel; nil if there is nothing
    /// to choose.
    var columns: [String]? { get }

    /// Goes back to the first sample.
    func rewind() throws(SignalError)

    /// Fills `block` with the next samples, channels interleaved; returns how many of each channel
    /// there were, 0 at the end.
    func read(into block: inout [Float]) throws(SignalError) -> Int

    /// Likewise with samples of 16 bits as they are, `code / 32768`; only where ``isPCM16``.
    func read(codes block: UnsafeMutableBufferPointer<Int16>) throws(SignalError) -> Int

    /// Steps over samples of each channel; returns how many, fewer only at the end.
    func skip(_ count: Int) throws(SignalError) -> Int
}

extension SampleSource {
    package var declaredFrameCount: Int? { nil }
    package var isPCM16: Bool { false }
    package var note: String? { nil }
    package var columns: [String]? { nil }

    package func read(
        codes block: UnsafeMutableBufferPointer<Int16>
    ) throws(SignalError) -> Int {
        invariantFailure("\(path) has no samples of 16 bits")
    }

    package func skip(_ count: Int) throws(SignalError) -> Int { try skipByReading(count) }

    /// Steps over samples if nothing quicker is exact.
    func skipByReading(_ count: Int) throws(SignalError) -> Int {
        let capacity = max(1, SignalPass.blockLength / channelCount)
        var skipped = 0
        while skipped < count {
            try ReadingStop.check(path)
            let size = min(capacity, count - skipped) * channelCount
            var block = [Float](repeating: 0, count: size)
            let read = try read(into: &block)
            if read == 0 { break }
            skipped += read
        }
        return skipped
    }
}

/// A recording that libsndfile decodes. It rewinds by opening the file again, because seeking in MP3
/// and OGG is not exact, and holds no open file once its end has been read.
package final class FileSource: SampleSource {
    package let path: String
    package let sampleRate: Int
    package let channelCount: Int
    package let declaredFrameCount: Int?
    package let isPCM16: Bool
    package private(set) var note: String?
    private let content: SignalContent
    private let layout: SoundLayout
    /// The file's size, of which the layout speaks.
    private let byteCount: Int
    private var recording: Recording?

    package convenience init(_ content: SignalContent) throws(SignalError) {
        let file = try ByteFile(content)
        try self.init(content, file, SoundLayout(file, content))
    }

    /// What `layout` makes of `file`.
    init(
        _ content: SignalContent, _ file: ByteFile, _ layout: SoundLayout
    ) throws(SignalError) {
        let recording = try Recording(content, file, layout)
        path = content.path
        self.content = content
        self.layout = layout
        byteCount = file.byteCount
        self.recording = recording
        sampleRate = recording.sampleRate
        channelCount = recording.channelCount
        declaredFrameCount = recording.declaredFrameCount
        isPCM16 = recording.isPCM16
        note = recording.note
    }

    package func rewind() throws(SignalError) {
        recording = nil
        let again: Recording
        do throws(SignalError) {
            let file = try ByteFile(content)
            let isAsBefore = file.byteCount == byteCount
            again = try Recording(
                content, file, isAsBefore ? layout : SoundLayout(file, content))
        } catch {
            throw error.nature == .lasting ? content.error(.changed("it \(error.reason)")) : error
        }
        guard again.sampleRate == sampleRate, again.channelCount == channelCount,
            again.isPCM16 == isPCM16
        else {
            throw content.error(
                .changed(
                    "\(channelCount.counted("channel")) at \(sampleRate) Hz became "
                        + "\(again.channelCount) at \(again.sampleRate) Hz"))
        }
        recording = again
    }

    package func read(into block: inout [Float]) throws(SignalError) -> Int {
        ended(try recording?.read(into: &block) ?? 0)
    }

    package func read(
        codes block: UnsafeMutableBufferPointer<Int16>
    ) throws(SignalError) -> Int {
        ended(try recording?.read(codes: block) ?? 0)
    }

    /// Lets the file go once nothing more comes of it.
    private func ended(_ count: Int) -> Int {
        if let found = recording?.note { note = found }
        if count == 0 { recording = nil }
        return count
    }

    package func skip(_ count: Int) throws(SignalError) -> Int {
        if recording?.seek(forward: count) == true { return count }
        return try skipByReading(count)
    }
}
