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
            dimensions: header.dimensions, isFortranOrder: header.isFortranOrder, name: name,
            remark: try remark(
                after: start.addingClamped(count * element.byteCount), file, content, name))
    }

    /// What is to be said of bytes behind the array, which numpy does not read; nil if there are none.
    ///
    /// - Throws: ``SignalError`` if they are an array too: nobody says which is the signal.
    private static func remark(
        after end: Int, _ file: ByteFile, _ content: SignalContent, _ name: String
    ) throws(SignalError) -> String? {
        guard end < file.byteCount else { return nil }
        let start = try file.bytes(upTo: NPYHeader.magic.count, at: end)
        guard start != NPYHeader.magic else {
            throw content.error(
                .ambiguousSamples(
                    "another array follows \(name), and either may be the signal",
                    remedy: "Save each as a file of its own, or all with numpy.savez: --npz-key "
                        + "chooses one."))
        }
        return "\(file.byteCount - end) bytes follow \(name) and were not read: its header "
            + "promises less than is there"
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
