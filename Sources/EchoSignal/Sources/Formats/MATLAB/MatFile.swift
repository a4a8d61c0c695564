import EchoFormats
import Synchronization

/// The signal in a MATLAB file: v4, v5 (v6 and v7 among them) and v7.3.
///
/// Versions 4 and 5 are read here, by pieces of the file that are known to be there, and v7.3 by HDF5.
/// libmatio reads all of them, and allocates, walks and believes what a header says.
enum MatFile {
    /// HDF5 is not to be called from two threads at once.
    private static let library = Mutex(())

    /// - Parameter sampleRate: Hz, where `options` name no number of the file.
    /// - Throws: ``SignalError`` if none or several of its variables may be the signal, or it is damaged.
    static func open(
        _ content: SignalContent, _ options: ReadingOptions, sampleRate: Int?
    ) throws(SignalError) -> any SampleSource {
        guard sampleRate != nil || options.matRate != nil else {
            throw content.error(.noSampleRate(format: "a .mat file"))
        }
        let file = try ByteFile(content)
        let choice: MatChoice
        var surplus: String?
        switch try version(file, content) {
        case .four:
            let variables = try Mat4File.variables(file, content)
            choice = try MatChoice(variables, options, content)
        case .five:
            let variables = try Mat5File.variables(file, content, options.arrays)
            choice = try MatChoice(variables, options, content)
        case .hdf5:
            choice = try library.withLock { _ throws(SignalError) in
                let variables = try Mat73File.variables(content, options.arrays)
                return try MatChoice(variables, options, content)
            }
            surplus = try Mat73File.surplus(content)
        }
        guard let rate = choice.rate?.hertz ?? sampleRate else {
            throw content.error(.noSampleRate(format: "a .mat file"))
        }
        return try choice.source(sampleRate: rate, options.arrays, surplus)
    }

    private enum Version { case four, five, hdf5 }

    private static func version(
        _ file: ByteFile, _ content: SignalContent
    ) throws(SignalError) -> Version {
        let start = try file.bytes(0..<min(128, file.byteCount))
        guard !start.isEmpty else { throw content.error(.empty) }
        // v5 begins with text, v4 with a small number, of which a byte is zero.
        if start.count >= 20, start.prefix(4).contains(0) { return .four }
        guard start.count == 128 else { throw malformed(content, "it has no header") }
        let isBig = start[126...].elementsEqual("MI".utf8)
        guard isBig || start[126...].elementsEqual("IM".utf8) else {
            throw malformed(content, "its header has no byte order")
        }
        switch isBig ? start[124] : start[125] {
        case 1: return .five
        case 2: return .hdf5
        case let version: throw malformed(content, "its version is \(version)")
        }
    }

    static func malformed(_ content: SignalContent, _ text: String) -> SignalError {
        content.error(.malformed(format: "a .mat file", text))
    }
}
