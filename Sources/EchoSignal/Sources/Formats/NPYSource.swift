import EchoFormats

/// The signal in a numpy array, `.npy`: `[samples]`, `[samples, channels]` or `[channels, samples]`,
/// where the longer extent is time, in C or Fortran order.
///
/// Elements: float32, float64, int8, uint8, int16, int32, of either byte order. Read as a stream.
enum NPYSource {
    private static let format = "an .npy signal"
    /// Beyond it, what is said to be channels is no signal.
    private static let channelLimit = 4096

    /// - Parameter sampleRate: Hz.
    /// - Throws: ``SignalError`` where it is not such an array, or shorter than its header says.
    static func open(
        _ content: SignalContent, sampleRate: Int
    ) throws(SignalError) -> any SampleSource {
        let file = try ByteFile(content)
        let (header, start) = try header(of: file, content)
        guard let element = SampleFormat(numpy: header.descriptor) else {
            throw malformed(
                content,
                "its elements are \(quoted(header.descriptor)); save it as float32 or int16")
        }
        let held = file.byteCount - start
        guard let count = header.elementCount, count <= held / element.byteCount else {
            throw malformed(
                content, "the shape \(header.dimensions) does not fit its \(held) bytes of data")
        }
        let (samples, channels, isInterleaved) = try layout(header, content)
        guard !isInterleaved, channels > 1 else {
            return RawSource(
                content, file, element, sampleRate: sampleRate, channelCount: channels,
                start: start, frameCount: samples)
        }
        // One open file for all channels until the first rewind.
        return PlanarSource(
            (0..<channels).map { channel in
                RawSource(
                    content, file, element, sampleRate: sampleRate, channelCount: 1,
                    start: start + channel * samples * element.byteCount, frameCount: samples)
            })
    }

    private static func header(
        of file: ByteFile, _ content: SignalContent
    ) throws(SignalError) -> (NPYHeader, start: Int) {
        let prefix = try file.bytes(0..<min(file.byteCount, NPYPreamble.longest))
        do throws(NPYHeaderParser.Failure) {
            let preamble = try NPYPreamble(prefix, byteCount: file.byteCount)
            let text: [UInt8]
            do throws(SignalError) {
                text = try file.bytes(preamble.textRange)
            } catch {
                throw NPYHeaderParser.Failure("its header is cut off")
            }
            let header = try NPYHeaderParser.parse(String(decoding: text, as: UTF8.self))
            return (header, preamble.textRange.upperBound)
        } catch {
            throw malformed(content, error.text)
        }
    }

    private static func layout(
        _ header: NPYHeader, _ content: SignalContent
    ) throws(SignalError) -> (samples: Int, channels: Int, isInterleaved: Bool) {
        let shape = header.dimensions
        if shape.count == 1 { return (shape[0], 1, true) }
        guard shape.count == 2 else {
            throw malformed(content, "its shape \(shape) has neither one nor two extents")
        }
        let (samples, channels) = (max(shape[0], shape[1]), min(shape[0], shape[1]))
        guard channels < samples, channels <= channelLimit else {
            if shape.contains(0) { throw content.error(.empty) }
            throw malformed(
                content, "its shape \(shape) does not tell time, the longer extent, from channels")
        }
        if channels == 0 { throw content.error(.empty) }
        // In C order the last extent runs fastest, in Fortran order the first one.
        let timeIsFirst = shape[0] == samples
        return (samples, channels, timeIsFirst != header.isFortranOrder)
    }

    private static func malformed(_ content: SignalContent, _ text: String) -> SignalError {
        content.error(.malformed(format: format, text))
    }
}
