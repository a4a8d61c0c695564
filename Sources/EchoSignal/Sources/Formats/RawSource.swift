import EchoInvariant

/// Samples that lie in a file one after the other, channels interleaved: files without a header, and
/// the values of numpy arrays in C order.
final class RawSource: SampleSource {
    let sampleRate: Int
    let channelCount: Int
    let note: String?
    /// Where its file is.
    let content: SignalContent
    private let format: SampleFormat
    /// Where the samples start in the file, and how many each channel has.
    private let start: Int
    private let frameCount: Int
    private var file: ByteFile?
    private var position = 0
    private var bytes: [UInt8] = []
    /// Frames that `bytes` holds.
    private var buffered = 0..<0

    /// Bytes that are read at least: of each of many channels only a few samples are asked for.
    private static let leastRead = 4096

    /// A file without a header.
    ///
    /// - Parameter sampleRate: In place of the format's, Hz.
    /// - Throws: ``SignalError`` if its size is no whole number of frames.
    convenience init(
        _ content: SignalContent, _ raw: RawFormat, _ sampleRate: Int?
    ) throws(SignalError) {
        let file = try ByteFile(content)
        let frameSize = raw.format.byteCount * raw.channelCount
        guard file.byteCount.isMultiple(of: frameSize) else {
            throw content.error(
                .malformed(
                    format: "raw \(raw)",
                    "its \(file.byteCount) bytes are not a whole number of frames of \(frameSize)"))
        }
        self.init(
            content, file, raw.format, sampleRate: sampleRate ?? raw.sampleRate,
            channelCount: raw.channelCount, start: 0, frameCount: file.byteCount / frameSize)
    }

    /// Samples inside `file`, which is long enough for them.
    init(
        _ content: SignalContent, _ file: ByteFile, _ format: SampleFormat, sampleRate: Int,
        channelCount: Int, start: Int, frameCount: Int, note: String? = nil
    ) {
        self.content = content
        self.file = file
        self.format = format
        self.sampleRate = sampleRate
        self.channelCount = channelCount
        self.start = start
        self.frameCount = frameCount
        self.note = note
    }

    var path: String { content.path }
    var declaredFrameCount: Int? { frameCount }

    func rewind() throws(SignalError) { rewind(try ByteFile(content)) }

    /// Goes back to the first sample, in its file that was opened again.
    func rewind(_ file: ByteFile) {
        self.file = file
        position = 0
        buffered = 0..<0
    }

    func read(into block: inout [Float]) throws(SignalError) -> Int {
        guard let file, position < frameCount else {
            self.file = nil
            return 0
        }
        let count = min(block.count / channelCount, frameCount - position)
        let frameSize = format.byteCount * channelCount
        if position < buffered.lowerBound || position + count > buffered.upperBound {
            try fill(file, max(count, Self.leastRead / frameSize), frameSize)
        }
        let start = (position - buffered.lowerBound) * frameSize
        bytes.withUnsafeBytes { source in
            block.withUnsafeMutableBufferPointer {
                format.decode(
                    UnsafeRawBufferPointer(rebasing: source[start...]),
                    count: count * channelCount, into: $0)
            }
        }
        position += count
        return count
    }

    /// Reads up to `count` frames from the position.
    private func fill(
        _ file: ByteFile, _ count: Int, _ frameSize: Int
    ) throws(SignalError) {
        let count = min(count, frameCount - position)
        if bytes.count < count * frameSize {
            bytes = [UInt8](repeating: 0, count: count * frameSize)
        }
        let read = try bytes.withUnsafeMutableBufferPointer { buffer throws(SignalError) in
            try file.read(
                UnsafeMutableRawBufferPointer(
                    UnsafeMutableBufferPointer(rebasing: buffer[..<(count * frameSize)])),
                at: start + position * frameSize)
        }
        guard read == count * frameSize else { throw content.error(.changed("it became shorter")) }
        buffered = position..<position + count
    }

    func skip(_ count: Int) -> Int {
        let skipped = min(count, frameCount - position)
        position += skipped
        return skipped
    }
}
