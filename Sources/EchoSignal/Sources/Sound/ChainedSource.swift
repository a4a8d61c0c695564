/// An Ogg file of several links, as radio stations and loggers write them: their samples one after the
/// other. One link is open at a time.
final class ChainedSource: SampleSource {
    let path: String
    let sampleRate: Int
    let channelCount: Int
    private(set) var note: String?
    private let content: SignalContent
    private let layouts: [SoundLayout]
    private var number = 0
    private var recording: Recording?

    /// - Parameter layouts: Two or more, each of one link.
    /// - Throws: ``SignalError`` if the first link cannot be read.
    init(_ content: SignalContent, _ file: ByteFile, _ layouts: [SoundLayout]) throws(SignalError) {
        let first = try Recording(content, file, layouts[0])
        path = content.path
        (sampleRate, channelCount) = (first.sampleRate, first.channelCount)
        recording = first
        self.content = content
        self.layouts = layouts
        for layout in layouts { add(note: layout.note) }
    }

    func rewind() throws(SignalError) {
        number = 0
        recording = try open(0)
    }

    func read(into block: inout [Float]) throws(SignalError) -> Int {
        while let recording {
            let count = try recording.read(into: &block)
            if count > 0 { return count }
            number += 1
            self.recording = number < layouts.count ? try open(number) : nil
        }
        return 0
    }

    /// Opens a link.
    ///
    /// - Throws: ``SignalError`` if it is another signal than the first.
    private func open(_ number: Int) throws(SignalError) -> Recording? {
        let recording: Recording
        do throws(SignalError) {
            recording = try Recording(content, ByteFile(content), layouts[number])
        } catch {
            // Of the last link there may be no more than its header.
            guard number == layouts.count - 1, number > 0, layouts[number].note != nil,
                case .unreadable = error.cause
            else { throw error }
            return nil
        }
        guard recording.sampleRate == sampleRate, recording.channelCount == channelCount else {
            throw content.error(
                .ambiguousSamples(
                    """
                    it is a chain of \(layouts.count) recordings, and they differ: \
                    \(channelCount) channels at \(sampleRate) Hz, then \(recording.channelCount) at \
                    \(recording.sampleRate) Hz
                    """))
        }
        return recording
    }

    private func add(note more: String?) {
        guard let more, note?.contains(more) != true else { return }
        note = note.map { "\($0); \(more)" } ?? more
    }
}
