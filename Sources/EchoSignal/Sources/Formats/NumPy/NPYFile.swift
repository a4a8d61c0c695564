import EchoFormats

/// The signal in a numpy array, `.npy`: `[samples]`, `[samples, channels]` or `[channels, samples]`, in C
/// or Fortran order. Read as a stream.
enum NPYFile {
    private static let format = "an .npy signal"

    /// - Parameter sampleRate: Hz.
    /// - Throws: ``SignalError`` if it is not such an array.
    static func open(
        _ content: SignalContent, _ options: ArrayOptions, sampleRate: Int
    ) throws(SignalError) -> any SampleSource {
        try array(content, options, name: "its array").source(sampleRate: sampleRate, options)
    }

    /// The array in a file.
    ///
    /// - Parameter name: What messages call it.
    /// - Throws: ``SignalError`` if it is no array of real numbers.
    static func array(
        _ content: SignalContent, _ options: ArrayOptions, name: String
    ) throws(SignalError) -> NumberArray {
        let file = try ByteFile(content)
        guard file.byteCount > 0 else { throw content.error(.empty) }
        let (header, start) = try header(of: file, content)
        let element: SampleFormat
        do throws(NPYElement.Refusal) {
            element = try NPYElement.format(header.descriptor, options)
        } catch {
            throw content.error(.elements("\(name) holds \(error.text)"))
        }
        // What numpy could not address either is no promise that was broken by a cut.
        guard let count = header.elementCount, count <= Int.max / element.byteCount else {
            throw content.error(
                .malformed(
                    format: format,
                    "the shape \(header.dimensions) does not fit its \(file.byteCount - start) "
                        + "bytes of data"))
        }
        return NumberArray(
            content: content, file: file, format: element, start: start,
            dimensions: header.dimensions, isFortranOrder: header.isFortranOrder, name: name)
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
            throw content.error(.malformed(format: format, error.text))
        }
    }
}
